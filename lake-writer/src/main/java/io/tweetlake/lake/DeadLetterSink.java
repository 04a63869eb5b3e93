package io.tweetlake.lake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.jspecify.annotations.Nullable;

/**
 * Sends records that are no rows to the dead-letter topic, unchanged, with Kafka Streams' own headers of the cause
 * (KIP-1034). A batch that is repeated sends them again. One thread uses it.
 */
final class DeadLetterSink implements AutoCloseable {
    private static final String ERRORS = "__streams.errors.";

    private final DeadLetterSettings settings;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    DeadLetterSink(DeadLetterSettings settings) {
        this.settings = settings;
    }

    void send(InternalRow record, Exception cause) {
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(
                settings.topic(),
                null,
                record.isNullAt(RecordDecoder.KEY) ? null : record.getBinary(RecordDecoder.KEY),
                record.isNullAt(RecordDecoder.VALUE) ? null : record.getBinary(RecordDecoder.VALUE));
        if (!record.isNullAt(RecordDecoder.HEADERS)) {
            ArrayData headers = record.getArray(RecordDecoder.HEADERS);
            for (int i = 0; i < headers.numElements(); i++) {
                InternalRow header = headers.getStruct(i, 2);
                letter.headers()
                        .add(header.getUTF8String(0).toString(), header.isNullAt(1) ? null : header.getBinary(1));
            }
        }
        add(letter.headers(), "exception", cause.getClass().getName());
        add(letter.headers(), "message", String.valueOf(cause.getMessage()));
        add(letter.headers(), "topic", record.getUTF8String(RecordDecoder.TOPIC).toString());
        add(letter.headers(), "partition", String.valueOf(record.getInt(RecordDecoder.PARTITION)));
        add(letter.headers(), "offset", String.valueOf(record.getLong(RecordDecoder.OFFSET)));
        sent.add(producer().send(letter));
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(ERRORS + name, value.getBytes(UTF_8));
    }

    private KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            Map<String, Object> all = new HashMap<>(settings.kafka());
            all.put(ProducerConfig.ACKS_CONFIG, "all");
            all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, io.tweetlake.topic.Topic.MAX_RECORD_BYTES);
            producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    /**
     * Waits until the broker has all letters.
     *
     * @throws ExecutionException if a letter was not taken: then its record must not be counted as dead
     */
    void flush() throws ExecutionException, InterruptedException {
        if (producer != null) {
            producer.flush();
            for (Future<RecordMetadata> letter : sent) {
                letter.get();
            }
            sent.clear();
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close();
        }
    }
}
