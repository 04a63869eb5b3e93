package io.tweetlake.sandbox.dlq;

import io.tweetlake.model.Books;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The dead letters of a Kafka. A letter that is sent back, its count in the books and the note that it was sent commit
 * in one transaction: none goes twice, whenever this is killed. One thread uses it.
 */
public final class DeadLetters implements AutoCloseable {
    /** The topics that hold dead letters. */
    public static final List<String> TOPICS = List.of(
            Topics.DLQ_INGEST_SERVICE.name(),
            Topics.DLQ_ENRICH_STREAMS.name(),
            Topics.DLQ_GOLD_AGGREGATOR.name(),
            Topics.DLQ_LAKE_WRITER.name());

    /** The consumer group whose offsets tell what has been sent back. */
    private static final String GROUP = Topics.REDRIVE;

    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrap;
    private final Admin admin;

    /** Connects to a Kafka. */
    public DeadLetters(String bootstrap) {
        this.bootstrap = bootstrap;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    /** Reads a topic's letters from the oldest on; none if there is no such topic. */
    public void forEach(String topic, Consumer<DeadLetter> reader) throws ExecutionException, InterruptedException {
        if (!admin.listTopics().names().get().contains(topic)) {
            return;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = assign(consumer, topic);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> sent = sentBack();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    long next = sent.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
                    reader.accept(new DeadLetter(record, record.offset() >= next));
                }
            }
        }
    }

    /** A topic's newest letters, the oldest of them first. */
    public List<DeadLetter> newest(String topic, int max) throws ExecutionException, InterruptedException {
        Deque<DeadLetter> newest = new ArrayDeque<>();
        forEach(topic, letter -> {
            newest.addLast(letter);
            if (newest.size() > max) {
                newest.removeFirst();
            }
        });
        return new ArrayList<>(newest);
    }

    /**
     * Sends the waiting letters of a topic back to the bronze topics that they came from. Those that came from
     * elsewhere are passed over: other readers of that topic would see them twice.
     *
     * @return how many went to which topic, and under the empty name how many were passed over
     * @throws IOException if no letter of the topic can be sent back
     */
    public Map<String, Long> redrive(String topic) throws IOException, ExecutionException, InterruptedException {
        if (!topic.equals(Topics.DLQ_ENRICH_STREAMS.name())) {
            throw new IOException(
                    topic.equals(Topics.DLQ_INGEST_SERVICE.name())
                            ? "what is in " + topic + " never was in a topic: read the source again"
                            : "what is in " + topic + " comes from silver, which other readers would see twice:"
                                    + " reprocess bronze instead");
        }
        requireBooks();
        Map<String, Long> sent = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer = producer()) {
            // An earlier run's transaction is complete from here on, and its count with it.
            producer.initTransactions();
            Books books = books(topic);
            List<TopicPartition> partitions = assign(consumer, topic);
            Map<TopicPartition, Long> next = sentBack();
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            partitions.forEach(partition -> consumer.seek(
                    partition, Math.max(next.getOrDefault(partition, 0L), starts.getOrDefault(partition, 0L))));
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    books = sendBack(consumer, producer, records, ends, books, sent);
                }
            }
        }
        return sent;
    }

    private Books sendBack(
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaProducer<byte[], byte[]> producer,
            ConsumerRecords<byte[], byte[]> records,
            Map<TopicPartition, Long> ends,
            Books before,
            Map<String, Long> sent) {
        Map<String, Long> batch = new TreeMap<>();
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        producer.beginTransaction();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            // What died again since the start waits for the next fix.
            if (record.offset() >= ends.getOrDefault(partition, 0L)) {
                continue;
            }
            DeadLetter letter = new DeadLetter(record, true);
            done.put(partition, new OffsetAndMetadata(record.offset() + 1));
            if (!letter.source().startsWith("bronze.")) {
                sent.merge("", 1L, Long::sum);
                continue;
            }
            var unused = producer.send(
                    new ProducerRecord<>(letter.source(), null, record.key(), record.value(), letter.headersBack()));
            batch.merge(letter.source(), 1L, Long::sum);
        }
        long count = batch.values().stream().mapToLong(Long::longValue).sum();
        Books books = before.plus(new Books(before.step(), count, batch, 0, Map.of(), 0));
        Topic<String, Books> topic = Topics.BOOKS_REDRIVE;
        var unused = producer.send(new ProducerRecord<>(
                topic.name(),
                topic.keySerde().serializer().serialize(topic.name(), books.step()),
                topic.valueSerde().serializer().serialize(topic.name(), books)));
        producer.sendOffsetsToTransaction(done, consumer.groupMetadata());
        producer.commitTransaction();
        batch.forEach((to, number) -> sent.merge(to, number, Long::sum));
        return books;
    }

    private Books books(String deadLetters) {
        Books books = Books.empty(deadLetters);
        try (KafkaConsumer<String, Books> consumer = new KafkaConsumer<>(
                settings(),
                new StringDeserializer(),
                Topics.BOOKS_REDRIVE.valueSerde().deserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.BOOKS_REDRIVE.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<String, Books> record : consumer.poll(POLL)) {
                    books = record.key().equals(deadLetters) ? record.value() : books;
                }
            }
        }
        return books;
    }

    private void requireBooks() throws ExecutionException, InterruptedException {
        Topic<String, Books> books = Topics.BOOKS_REDRIVE;
        if (!admin.listTopics().names().get().contains(books.name())) {
            admin.createTopics(List.of(books.definition(1, (short) -1, Duration.ZERO)))
                    .all()
                    .get();
        }
    }

    private Map<TopicPartition, Long> sentBack() throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> sent = new HashMap<>();
        admin.listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, offset) -> sent.put(partition, offset.offset()));
        return sent;
    }

    private static List<TopicPartition> assign(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        return partitions;
    }

    private <T> KafkaConsumer<T, byte[]> consumer(Deserializer<T> keys) {
        return new KafkaConsumer<>(settings(), keys, new ByteArrayDeserializer());
    }

    private Map<String, Object> settings() {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.GROUP_ID_CONFIG,
                GROUP,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        GROUP,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Topic.MAX_RECORD_BYTES),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void close() {
        admin.close();
    }
}
