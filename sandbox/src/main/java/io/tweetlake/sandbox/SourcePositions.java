package io.tweetlake.sandbox;

import io.tweetlake.model.FileState;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How far ingest has read each of its inputs.
 *
 * @param positions by input
 */
record SourcePositions(NavigableMap<String, SourcePosition> positions) {
    private static final Topic<String, SourcePosition> TOPIC = Topics.POSITIONS_INGEST_SERVICE;

    /** Reads what is committed; nothing where ingest has never run. */
    static SourcePositions read(String bootstrap) throws ExecutionException, InterruptedException {
        NavigableMap<String, SourcePosition> positions = new TreeMap<>();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            if (!admin.listTopics().names().get().contains(TOPIC.name())) {
                return new SourcePositions(positions);
            }
        }
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC.name()).stream()
                    .map(partition -> new TopicPartition(TOPIC.name(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    SourcePosition position =
                            TOPIC.valueSerde().deserializer().deserialize(TOPIC.name(), record.value());
                    if (position == null) {
                        positions.remove(record.key());
                    } else {
                        positions.put(record.key(), position);
                    }
                }
            }
        }
        return new SourcePositions(positions);
    }

    /** Has inputs, and the members of those that are archives, read from their beginning; how many there are. */
    static int forget(String bootstrap, Collection<String> inputs) throws ExecutionException, InterruptedException {
        Map<String, Object> settings =
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap, ProducerConfig.ACKS_CONFIG, "all");
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (String input : inputs) {
                producer.send(new ProducerRecord<>(TOPIC.name(), input, null)).get();
            }
        }
        return inputs.size();
    }

    /** An input and, if it is an archive, its members. */
    List<String> withMembers(String input) {
        return positions.keySet().stream()
                .filter(name -> name.equals(input) || name.startsWith(input + "!/"))
                .toList();
    }

    /** Those of files, and members of files, that ended so, are below some inputs and are still there. */
    List<SourcePosition> ended(FileState.Outcome outcome, Collection<Path> inputs) {
        return positions.values().stream()
                .filter(position -> position.file() != null && position.file().outcome() == outcome)
                .filter(position -> isBelow(file(position.input()), inputs))
                .toList();
    }

    /** The file that an input is, or lies in. */
    private static Path file(String input) {
        int member = input.indexOf("!/");
        while (member >= 0) {
            Path archive = path(input.substring(0, member));
            if (Files.isRegularFile(archive)) {
                return archive;
            }
            // A folder may be called so too.
            member = input.indexOf("!/", member + 1);
        }
        return path(input);
    }

    private static Path path(String name) {
        Path path = Path.of(name);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return path;
        }
        try {
            // A name with bytes that are no characters is kept as the path of its URI.
            return Path.of(URI.create("file://" + name));
        } catch (IllegalArgumentException notOne) {
            return path;
        }
    }

    private static boolean isBelow(Path file, Collection<Path> inputs) {
        return inputs.stream().anyMatch(file::startsWith) && Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }
}
