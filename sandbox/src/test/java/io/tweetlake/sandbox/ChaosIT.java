package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tweetlake.model.Books;
import io.tweetlake.model.StreamInterval;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.KafkaNode;
import io.tweetlake.standin.StandInX;
import io.tweetlake.standin.Step;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An hour of everything that goes wrong with a stream, a hundred times faster, against the real service: what the
 * stand-in wrote while nobody listened is fetched by search, each gap is on record, and the books balance.
 */
class ChaosIT {
    private static final Duration BOUND = Duration.ofMinutes(1);
    private static final String DISCONNECT = """
            {"errors":[{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect",\
            "detail":"gone","type":"https://api.x.com/2/problems/operational-disconnect"}]}""";
    private static final String SLOW_READER = DISCONNECT.replace("UpstreamOperationalDisconnect", "SlowReader");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    @Test
    void losesNothingInAnHourOfChaosAndHasEveryGapOnRecord() throws Exception {
        int port = FreePort.find();
        String kafka = "localhost:" + port;
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Files.createDirectories(folder.resolve("kafka"));
        try (KafkaNode node = KafkaNode.start(folder.resolve("kafka"), port);
                StandInX x =
                        StandInX.start(anyPort, "the-token", 7, 100, Duration.ofMillis(50), InstantSource.system())) {
            node.create(Topics.all(), 2);
            x.script(chaos());
            try (ServiceProcess ingest = ingest(x, kafka)) {
                await().atMost(BOUND).until(() -> !x.attempts().isEmpty());
                // What was written before the very first connection belongs to no gap.
                int first = x.written().size() + 20;
                await().atMost(BOUND).until(() -> x.stepsLeft() < 20);
                kill();
                await().atMost(BOUND).until(() -> x.stepsLeft() < 8);
                kill();
                await().atMost(BOUND).until(() -> x.stepsLeft() == 0 && ingest.ready());
                int written = x.written().size();
                await().atMost(BOUND).until(() -> x.written().size() > written + 100);
                Set<String> expected = ids(x.written().subList(first, written + 50));
                await().atMost(BOUND).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(posts(kafka))
                        .containsAll(expected));
            }
            assertThatTheLedgerHasNoHole(kafka);
            assertThatTheBooksBalance(kafka);
            assertThatXsLimitIsKept(x.attempts());
        }
    }

    /** Every fault that a stream has shown, in an order that makes them follow each other. */
    private static Step[] chaos() {
        String invented =
                "{\"data\":{\"id\":\"1146305063603265536\",\"text\":\"an old one\"},\"matching_rules\":[{\"tag\":\"ai\"}]}";
        List<Step> steps = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            steps.add(new Step.Stream(Duration.ofMillis(700), Step.End.RESET));
            steps.add(Step.refuse(503, "{\"title\":\"Service Unavailable\"}"));
            steps.add(new Step.Stream(Duration.ofMillis(500), Step.End.CUT));
            steps.add(Step.deliver(List.of(), Step.End.CLOSE));
            steps.add(new Step.Drop());
            steps.add(new Step.Hang());
            steps.add(Step.refuse(429, "{\"title\":\"Too Many Requests\"}"));
            steps.add(new Step.Stream(Duration.ofMillis(900), Step.End.STALL));
            steps.add(Step.deliver(List.of(invented, invented, DISCONNECT), Step.End.CLOSE));
            steps.add(Step.deliver(List.of(SLOW_READER), Step.End.CLOSE));
            steps.add(Step.deliver(List.of("{\"data\":\"" + "x".repeat(9_000_000) + "\"}", invented), Step.End.CLOSE));
        }
        return steps.toArray(Step[]::new);
    }

    private ServiceProcess ingest(StandInX x, String kafka) throws IOException {
        return new ServiceProcess(
                "ingest-service",
                Tweetlake.HOME.resolve("ingest-service/target/ingest-service.jar"),
                ServiceProcess.jvm("256m", false),
                "-Dchaos=" + folder.getFileName(),
                FreePort.find(),
                List.of(
                        "--ingest.x.url=" + x.address(),
                        "--ingest.x.refill=true",
                        "--ingest.x.language=any",
                        "--ingest.wait-factor=0.01",
                        "--kafka.bootstrap.servers=" + kafka),
                Map.of("INGEST_X_BEARER_TOKEN", "the-token"),
                folder.resolve("ingest.log"),
                ServiceProcess.Life.ENDLESS);
    }

    /** SIGKILL; its supervisor starts it again. */
    private void kill() {
        String mark = "-Dchaos=" + folder.getFileName();
        ProcessHandle.current()
                .descendants()
                .filter(child -> child.info().commandLine().orElse("").contains(mark))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static Set<String> ids(List<String> messages) throws IOException {
        Set<String> ids = new TreeSet<>();
        for (String message : messages) {
            JsonNode id = JSON.readTree(message).path("data").path("id");
            // Search knows no deletes.
            if (id.isTextual()) {
                ids.add(id.asText());
            }
        }
        return ids;
    }

    private static Set<String> posts(String kafka) {
        return records(kafka, List.of(Topics.BRONZE_TWEETS_AI, Topics.BRONZE_TWEETS_GENERIC)).stream()
                .map(ConsumerRecord::key)
                .collect(Collectors.toSet());
    }

    private static void assertThatTheLedgerHasNoHole(String kafka) {
        List<StreamInterval> intervals = records(kafka, List.of(Topics.BRONZE_GAPS)).stream()
                .map(record ->
                        Topics.BRONZE_GAPS.valueSerde().deserializer().deserialize(record.topic(), record.value()))
                .toList();
        List<StreamInterval> line = intervals.stream()
                .filter(interval ->
                        Set.of("connected", "silent", "disconnected").contains(interval.state()))
                .sorted(Comparator.comparing(StreamInterval::startedAt))
                .toList();
        for (int i = 1; i < line.size(); i++) {
            assertThat(line.get(i).startedAt())
                    .as("after " + line.get(i - 1))
                    .isEqualTo(line.get(i - 1).endedAt());
        }
        assertThat(line)
                .extracting(StreamInterval::cause)
                .anyMatch(cause -> cause != null && cause.contains("503"))
                .anyMatch(cause -> cause != null && cause.contains("429"))
                .anyMatch(cause -> cause != null && cause.contains("no keep-alive"))
                .anyMatch(cause -> cause != null && cause.contains("UpstreamOperationalDisconnect"));
        assertThat(intervals)
                .filteredOn(interval -> interval.state().equals("refilled"))
                .isNotEmpty()
                .anyMatch(interval -> interval.posts() > 0);
    }

    private static void assertThatTheBooksBalance(String kafka) {
        List<ConsumerRecord<String, byte[]>> reported = records(kafka, List.of(Topics.BOOKS_INGEST_SERVICE));
        Books books = Topics.BOOKS_INGEST_SERVICE
                .valueSerde()
                .deserializer()
                .deserialize("", reported.get(reported.size() - 1).value());
        assertThat(books.balanced()).isTrue();
        for (Topic<String, byte[]> topic : List.of(
                Topics.BRONZE_TWEETS_AI,
                Topics.BRONZE_TWEETS_GENERIC,
                Topics.BRONZE_NOTICES,
                Topics.DLQ_INGEST_SERVICE)) {
            assertThat(records(kafka, List.of(topic)))
                    .as(topic.name())
                    .hasSize(books.written().getOrDefault(topic.name(), 0L).intValue());
        }
        assertThat(records(kafka, List.of(Topics.DLQ_INGEST_SERVICE)))
                .extracting(record -> new String(
                        record.headers().lastHeader("__streams.errors.message").value(), UTF_8))
                .anyMatch(cause -> cause.contains("9000011 bytes long"))
                .anyMatch(cause -> cause.contains("not valid JSON"));
    }

    /** 50 in a quarter of an hour, which is 9 s here; each of the three processes has its own count. */
    private static void assertThatXsLimitIsKept(List<Instant> attempts) {
        for (Instant attempt : attempts) {
            assertThat(attempts)
                    .filteredOn(
                            other -> !other.isBefore(attempt) && other.isBefore(attempt.plus(Duration.ofSeconds(9))))
                    .hasSizeLessThan(50);
        }
    }

    private static List<ConsumerRecord<String, byte[]>> records(String kafka, List<Topic<String, ?>> topics) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }
}
