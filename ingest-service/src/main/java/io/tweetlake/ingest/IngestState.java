package io.tweetlake.ingest;

import io.tweetlake.model.Books;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.model.Spend;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What earlier runs committed.
 *
 * @param positions by input
 * @param books by step
 * @param spend by source and day
 */
record IngestState(Map<String, SourcePosition> positions, Map<String, Books> books, Map<String, Spend> spend) {

    /** Reads it from its compacted topics. The transactions of an earlier run must have ended. */
    static IngestState read(Map<String, Object> kafka) {
        return new IngestState(
                latest(kafka, Topics.POSITIONS_INGEST_SERVICE),
                latest(kafka, Topics.BOOKS_INGEST_SERVICE),
                latest(kafka, Topics.SPEND_INGEST_SERVICE));
    }

    private static <V> Map<String, V> latest(Map<String, Object> kafka, Topic<String, V> topic) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        Map<String, V> latest = new HashMap<>();
        try (KafkaConsumer<String, V> consumer = new KafkaConsumer<>(
                settings, new StringDeserializer(), topic.valueSerde().deserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<String, V> record : consumer.poll(Duration.ofSeconds(1))) {
                    if (record.value() == null) {
                        latest.remove(record.key());
                    } else {
                        latest.put(record.key(), record.value());
                    }
                }
            }
        }
        return latest;
    }
}
