package io.tweetlake.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.tweetlake.model.Books;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes in transactions, each with the position of its source and the books: after a crash all three stand at the
 * same message. Not thread-safe.
 */
final class BronzePublisher implements AutoCloseable {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);

    private final KafkaProducer<String, byte[]> producer;
    private final long commitNanos;
    private final Map<String, SourcePosition> positions = new LinkedHashMap<>();
    private final Map<String, Long> written = new ConcurrentSkipListMap<>();
    private final String step;
    private final Map<String, Long> filtered = new ConcurrentSkipListMap<>();
    private boolean inTransaction;
    private long commitDue;

    /** Fences every earlier instance of the same source. */
    BronzePublisher(String source, Map<String, Object> kafka, Duration commitInterval) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, Topics.INGEST_SERVICE + "-" + source);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 20);
        settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        // A transaction's second batch may overtake its first one on its way in, and is then refused and sent again.
        settings.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.MAX_RECORD_BYTES);
        settings.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * Topic.MAX_RECORD_BYTES);
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        this.commitNanos = commitInterval.toNanos();
        this.step = source;
        producer.initTransactions();
    }

    /** Continues the books of earlier runs. */
    void resume(Map<String, Books> books) {
        Books earlier = books.getOrDefault(step, Books.empty(step));
        written.putAll(earlier.written());
        filtered.putAll(earlier.filtered());
    }

    /** Shows the books as metrics, which so survive a restart. */
    void bindTo(MeterRegistry metrics) {
        for (Topic<String, ?> topic : Topics.ownedBy(Topics.INGEST_SERVICE)) {
            if (topic.valueType() == byte[].class) {
                metrics.more()
                        .counter(
                                "ingest.written",
                                io.micrometer.core.instrument.Tags.of("topic", topic.name()),
                                written,
                                counts -> counts.getOrDefault(topic.name(), 0L));
            }
        }
        metrics.more()
                .counter(
                        "ingest.received", io.micrometer.core.instrument.Tags.empty(), this, BronzePublisher::received);
        for (String reason : List.of(Router.TOO_FEW_LIKES, Router.NOT_A_POST)) {
            metrics.more()
                    .counter(
                            "ingest.filtered",
                            io.micrometer.core.instrument.Tags.of("reason", reason),
                            filtered,
                            counts -> counts.getOrDefault(reason, 0L));
        }
    }

    /** Sends what a delivery has become. Blocks while the producer's buffer is full. */
    void publish(Routed routed) {
        begin();
        for (ProducerRecord<String, byte[]> record : routed.records()) {
            // The result is checked by the commit, which fails if any send failed.
            var unused = producer.send(record);
            written.merge(record.topic(), 1L, Long::sum);
        }
        routed.filtered().forEach((reason, count) -> filtered.merge(reason, (long) count, Long::sum));
    }

    /** Up to where an input is read with what was published. */
    void position(SourcePosition position) {
        begin();
        positions.put(position.input(), position);
    }

    /** Sends a record of ours, which the books do not count. */
    <V> void note(Topic<String, V> topic, String key, V value) {
        begin();
        send(topic, key, value);
    }

    boolean isCommitDue() {
        return inTransaction && System.nanoTime() - commitDue >= 0;
    }

    /**
     * Commits what was published.
     *
     * @throws ProducerFencedException if another instance of the same source has started
     */
    void commit() {
        if (!inTransaction) {
            return;
        }
        positions.forEach((input, position) -> send(Topics.POSITIONS_INGEST_SERVICE, input, position));
        send(Topics.BOOKS_INGEST_SERVICE, step, books());
        producer.commitTransaction();
        positions.clear();
        inTransaction = false;
    }

    private Books books() {
        return new Books(step, received(), written, 0, filtered, 0);
    }

    private <V> void send(Topic<String, V> topic, String key, V value) {
        byte[] json = topic.valueSerde().serializer().serialize(topic.name(), value);
        var unused = producer.send(new ProducerRecord<>(topic.name(), key, json));
    }

    private long received() {
        return Stream.concat(filtered.values().stream(), written.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Makes sure that there will be a commit. */
    void begin() {
        if (!inTransaction) {
            producer.beginTransaction();
            inTransaction = true;
            commitDue = System.nanoTime() + commitNanos;
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_BOUND);
    }
}
