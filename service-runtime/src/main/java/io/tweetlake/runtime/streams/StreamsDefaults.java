package io.tweetlake.runtime.streams;

import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.topic.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;

/** How every topology of Tweetlake runs: exactly once, names explicit, bad records to the dead-letter topic. */
public final class StreamsDefaults {
    private StreamsDefaults() {}

    /** @throws InvalidConfigException if {@code kafka.*} sets a key that is decided here */
    public static StreamsConfig of(String service, KafkaConfig kafka, int threads, Path stateFolder) {
        return of(service, kafka, threads, stateFolder, Map.of());
    }

    /**
     * With the service's own defaults, which {@code kafka.*} may override.
     *
     * @throws InvalidConfigException if {@code kafka.*} sets a key that is decided here
     */
    public static StreamsConfig of(
            String service, KafkaConfig kafka, int threads, Path stateFolder, Map<String, Object> defaults) {
        Map<String, Object> ours = Map.ofEntries(
                Map.entry(StreamsConfig.APPLICATION_ID_CONFIG, service),
                Map.entry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2),
                Map.entry(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true),
                Map.entry(
                        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                        LogAndContinueExceptionHandler.class),
                Map.entry(
                        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                        LogAndContinueProcessingExceptionHandler.class),
                Map.entry(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, "dlq." + service),
                Map.entry(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads),
                Map.entry(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString()));
        List<String> problems = new ArrayList<>();
        ours.keySet().stream()
                .filter(key -> kafka.clients().containsKey(key))
                .forEach(key -> problems.add("kafka." + key + " is decided by the service and cannot be set"));
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        Map<String, Object> all = new TreeMap<>();
        all.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        // Default batches hold ten tweets: a wake-up of the sending thread and a request for every ten.
        all.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
        all.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
        // A transaction's second batch may overtake its first one on its way in, and is then refused and sent again.
        all.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
        all.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topic.MAX_RECORD_BYTES);
        all.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 2L * Topic.MAX_RECORD_BYTES);
        // Repartition topics and changelogs hold what the service's own topics hold; a broker's default is 1 MiB.
        all.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                String.valueOf(Topic.MAX_RECORD_BYTES));
        // A killed process must not hold its partitions for the default 45 s.
        all.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        all.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 3_000);
        // A broker has one fetch of a consumer at a time. While one waits for partitions that have nothing new, for the
        // default 500 ms, what the others have got meanwhile waits too.
        all.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
        all.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        all.putAll(defaults);
        all.putAll(kafka.properties());
        all.putAll(ours);
        return new StreamsConfig(all);
    }
}
