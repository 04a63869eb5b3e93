package io.tweetlake.lake;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The running query of one topic. It begins where the ledger ends, with a checkpoint of its own that nothing depends on
 * once it has stopped. One thread uses it.
 */
final class LakeQuery implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int END_OFFSETS_LINE = 2;

    private final Topic<?, ?> topic;
    private final LakeCommit commit;
    private final LakeProgress progress;
    private final Path checkpoint;
    private final Map<Integer, Long> position;
    private final StreamingQuery query;

    /**
     * Starts to publish a topic's records.
     *
     * @param source Spark's Kafka source with all its options but where it starts
     * @param begin the next offset of each of the topic's partitions
     */
    LakeQuery(
            Topic<?, ?> topic,
            DataStreamReader source,
            Map<Integer, Long> begin,
            LakeCommit commit,
            LakeProgress progress,
            Duration trigger)
            throws TimeoutException, IOException {
        this.topic = topic;
        this.commit = commit;
        this.progress = progress;
        this.position = new TreeMap<>(begin);
        this.checkpoint = Files.createTempDirectory("lake-" + topic.name() + "-");
        this.query = source.option("startingOffsets", JSON.writeValueAsString(Map.of(topic.name(), begin)))
                .load()
                .writeStream()
                .queryName(topic.name())
                .option("checkpointLocation", checkpoint.toUri().toString())
                .trigger(Trigger.ProcessingTime(trigger.toMillis(), TimeUnit.MILLISECONDS))
                .foreachBatch(this::publish)
                .start();
    }

    Topic<?, ?> topic() {
        return topic;
    }

    boolean isActive() {
        return query.isActive();
    }

    /**
     * Checks that it has not failed.
     *
     * @throws IOException with the reason if it has
     */
    void check() throws IOException {
        if (query.exception().isDefined()) {
            throw new IOException(
                    "the query of " + topic.name() + " failed",
                    query.exception().get().cause());
        }
    }

    /** Lets a micro-batch in flight end until the deadline: one that is cut short is repeated at the next start. */
    void stop(long deadlineNanos) throws TimeoutException, InterruptedException {
        while (query.status().isTriggerActive() && System.nanoTime() < deadlineNanos) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        query.stop();
    }

    private void publish(Dataset<Row> records, Long batch) throws IOException {
        Map<Integer, OffsetRange> offsets = new TreeMap<>();
        // A partition that has been added since is read from its first offset.
        end(batch)
                .forEach((partition, until) ->
                        offsets.put(partition, new OffsetRange(position.getOrDefault(partition, 0L), until)));
        LakeCommit.Published published = commit.publish((org.apache.spark.sql.classic.Dataset<Row>) records, offsets);
        offsets.forEach((partition, range) -> position.put(partition, range.until()));
        progress.published(topic, published);
    }

    /**
     * Spark logs where a batch ends before it runs it: a version, the batch's metadata, then a line for each source.
     */
    private Map<Integer, Long> end(long batch) throws IOException {
        List<String> logged = Files.readAllLines(checkpoint.resolve("offsets").resolve(String.valueOf(batch)));
        Map<String, Map<Integer, Long>> byTopic =
                JSON.readValue(logged.get(END_OFFSETS_LINE), new TypeReference<>() {});
        return byTopic.getOrDefault(topic.name(), Map.of());
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(checkpoint)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
