package io.tweetlake.sandbox.lake;

import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.topic.BronzeHeaders;
import io.tweetlake.topic.Topic;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Brings bronze back from the lake into Kafka, with where each record lay first. */
public final class BronzeReplay {
    private static final int PARTITIONS = 2;
    private static final Duration RETENTION = Duration.ofDays(36_500);

    private BronzeReplay() {}

    /**
     * Copies a bronze table into a topic, which is created; a topic that holds something is left as it is.
     *
     * @param source the table's topic, null if the table holds nothing
     * @return how many records the topic holds
     */
    public static long copy(LakeSql lake, @Nullable Topic<?, ?> source, Topic<String, byte[]> target, String bootstrap)
            throws SQLException, ExecutionException, InterruptedException {
        create(target, bootstrap);
        long before = records(target, bootstrap);
        if (before > 0 || source == null) {
            return before;
        }
        AtomicLong copied = new AtomicLong();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrap,
                "transactional.id",
                "replay-" + target.name(),
                // The longest that brokers allow by default: the whole copy is one transaction.
                "transaction.timeout.ms",
                900_000,
                "compression.type",
                "lz4",
                "max.request.size",
                Topic.MAX_RECORD_BYTES);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            // All or nothing: a copy that is cut short leaves an empty topic.
            producer.beginTransaction();
            lake.forEach(
                    "SELECT topic, \"partition\", \"offset\", timestamp, key, headers, value FROM "
                            + new LakeTable(source).sqlName() + " ORDER BY timestamp, \"partition\", \"offset\"",
                    row -> {
                        // The result is checked by the commit, which fails if any send failed.
                        var unused = producer.send(record(row, target));
                        copied.incrementAndGet();
                    });
            producer.commitTransaction();
        }
        return copied.get();
    }

    private static ProducerRecord<String, byte[]> record(ResultSet row, Topic<String, byte[]> target)
            throws SQLException {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                target.name(), null, row.getTimestamp(4).getTime(), row.getString(5), bytes(row.getBlob(7)));
        if (row.getArray(6) != null) {
            for (Object header : (Object[]) row.getArray(6).getArray()) {
                Object[] pair = ((Struct) header).getAttributes();
                record.headers().add(String.valueOf(pair[0]), bytes((Blob) pair[1]));
            }
        }
        BronzeHeaders.writeCoordinates(
                new BronzeCoordinates(row.getString(1), row.getInt(2), row.getLong(3)), record.headers());
        return record;
    }

    private static byte @Nullable [] bytes(@Nullable Blob blob) throws SQLException {
        return blob == null ? null : blob.getBytes(1, (int) blob.length());
    }

    private static void create(Topic<String, byte[]> topic, String bootstrap)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(topic.definition(PARTITIONS, (short) -1, RETENTION)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static long records(Topic<String, byte[]> topic, String bootstrap) {
        Map<String, Object> settings =
                new HashMap<>(Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"));
        long records = 0;
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                records += consumer.poll(Duration.ofMillis(200)).count();
            }
        }
        return records;
    }
}
