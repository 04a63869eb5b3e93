package io.tweetlake.lake;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tweetlake.topic.Topic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far the lake is: commits the offsets of each published micro-batch to the consumer group
 * {@code lake-writer}, so that every Kafka tool shows its lag, and counts rows. The truth stays in the checkpoints:
 * nothing is read back from the group.
 */
final class LakeProgress extends StreamingQueryListener {
    static final String GROUP = "lake-writer";

    private static final Logger log = LoggerFactory.getLogger(LakeProgress.class);
    private static final JsonMapper JSON = new JsonMapper();

    private final String group;
    private final Admin admin;
    private final Configuration hadoop;
    private final MeterRegistry metrics;
    private final Map<String, AtomicLong> rows = new ConcurrentHashMap<>();
    private final Map<String, String> unshown = new ConcurrentHashMap<>();

    /** @param group whose offsets show how far the lake is */
    LakeProgress(String group, Admin admin, Configuration hadoop, MeterRegistry metrics) {
        this.group = group;
        this.admin = admin;
        this.hadoop = hadoop;
        this.metrics = metrics;
    }

    /** A batch that was published by an earlier run may not have been shown: shows the last one of the checkpoint. */
    void resume(Topic<?, ?> topic, Path checkpoint) throws IOException {
        FileSystem files = checkpoint.getFileSystem(hadoop);
        Path commits = new Path(checkpoint, "commits");
        if (!files.exists(commits)) {
            return;
        }
        Optional<Long> last = Arrays.stream(files.listStatus(commits))
                .map(FileStatus::getPath)
                .map(Path::getName)
                .filter(name -> name.matches("\\d+"))
                .map(Long::valueOf)
                .max(Comparator.naturalOrder());
        if (last.isPresent()) {
            Path offsets = new Path(checkpoint, "offsets/" + last.get());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(files.open(offsets), StandardCharsets.UTF_8))) {
                // A version, the batch's metadata, then a line for each source: there is one.
                show(topic.name(), lines.lines().skip(2).findFirst().orElseThrow());
            }
        }
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        log.info("writing {}", event.name());
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        String topic = event.progress().name();
        rows.computeIfAbsent(topic, this::rowCounter).addAndGet(event.progress().numInputRows());
        show(topic, event.progress().sources()[0].endOffset());
    }

    /** Nothing new came: what could not be shown is tried again. */
    @Override
    public void onQueryIdle(QueryIdleEvent event) {
        Map<String, String> again = Map.copyOf(unshown);
        unshown.keySet().removeAll(again.keySet());
        again.forEach(this::show);
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        log.debug("a query ended");
    }

    private AtomicLong rowCounter(String topic) {
        AtomicLong counter = new AtomicLong();
        metrics.more().counter("lake.rows", Tags.of("topic", topic), counter);
        return counter;
    }

    private void show(String topic, String endOffsets) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        try {
            Map<String, Map<Integer, Long>> byTopic = JSON.readValue(endOffsets, new TypeReference<>() {});
            byTopic.getOrDefault(topic, Map.of())
                    .forEach((partition, offset) ->
                            offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        } catch (IOException e) {
            throw new IllegalStateException("Spark's offsets are not readable: " + endOffsets, e);
        }
        var unused = admin.alterConsumerGroupOffsets(group, offsets).all().whenComplete((done, failure) -> {
            if (failure != null) {
                unshown.put(topic, endOffsets);
                log.warn("the offsets of {} are not shown in group {}: {}", topic, group, failure.toString());
            }
        });
    }
}
