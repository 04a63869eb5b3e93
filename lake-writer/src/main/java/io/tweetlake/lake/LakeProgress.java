package io.tweetlake.lake;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far the lake is and how it does: commits the offsets of each published micro-batch to the consumer group
 * {@code lake-writer}, so that every Kafka tool shows its lag, and keeps the metrics of each query. The truth stays in
 * the ledgers: nothing is read back from the group. Thread-safe.
 */
final class LakeProgress extends StreamingQueryListener {
    static final String GROUP = Topics.LAKE_WRITER;

    private static final Logger log = LoggerFactory.getLogger(LakeProgress.class);

    private final String group;
    private final Admin admin;
    private final MeterRegistry metrics;
    private final Duration stallAfter;
    private final Map<UUID, String> topics = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> gauges = new ConcurrentHashMap<>();
    private final Map<String, Long> lastSign = new ConcurrentHashMap<>();
    private final Map<String, Map<TopicPartition, OffsetAndMetadata>> unshown = new ConcurrentHashMap<>();

    private final Map<String, Instant> caughtUpAt = new ConcurrentHashMap<>();

    /**
     * @param group whose offsets show how far the lake is
     * @param stallAfter how long a query may give no sign of life
     */
    LakeProgress(String group, Admin admin, MeterRegistry metrics, Duration stallAfter) {
        this.group = group;
        this.admin = admin;
        this.metrics = metrics;
        this.stallAfter = stallAfter;
    }

    /** What an earlier run has published may not have been shown. */
    void begin(Topic<?, ?> topic, Map<Integer, Long> positions) {
        lastSign.put(topic.name(), System.nanoTime());
        show(topic.name(), positions);
    }

    /** A micro-batch is in the lake. */
    void published(Topic<?, ?> topic, LakeCommit.Published published) {
        LedgerEntry entry = published.entry();
        add("lake.records", topic, published.records());
        add("lake.dead", topic, entry.dead());
        add("lake.files", topic, entry.add().size());
        add("lake.rows", topic, entry.add().stream().mapToLong(DataFile::rows).sum());
        add("lake.bytes", topic, entry.add().stream().mapToLong(DataFile::bytes).sum());
        Map<Integer, Long> positions = new HashMap<>();
        for (Map.Entry<Integer, OffsetRange> read : entry.offsets().entrySet()) {
            positions.put(read.getKey(), read.getValue().until());
        }
        show(topic.name(), positions);
    }

    /** Whether a query has given no sign of life for too long: neither a batch nor that there is nothing to read. */
    boolean isStalled(Topic<?, ?> topic) {
        return System.nanoTime() - lastSign.getOrDefault(topic.name(), 0L) > stallAfter.toNanos();
    }

    /** All that had arrived in a topic by then is in the lake: the start of the last batch that read all there was. */
    Instant readUpTo(Topic<?, ?> topic) {
        return caughtUpAt.getOrDefault(topic.name(), Instant.EPOCH);
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        topics.put(event.runId(), event.name());
        log.info("writing {}", event.name());
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        StreamingQueryProgress progress = event.progress();
        String topic = progress.name();
        lastSign.put(topic, System.nanoTime());
        set("lake.input.rate", topic, "", (long) progress.inputRowsPerSecond());
        set("lake.processed.rate", topic, "", (long) progress.processedRowsPerSecond());
        progress.durationMs().forEach((phase, millis) -> set("lake.batch.millis", topic, phase, millis));
        String behind = progress.sources()[0].metrics().get("maxOffsetsBehindLatest");
        if (behind != null) {
            set("lake.offsets.behind", topic, "", Long.parseLong(behind));
            if (Long.parseLong(behind) == 0) {
                caughtUpAt.put(topic, Instant.parse(progress.timestamp()));
            }
        }
    }

    /** Nothing new came: what could not be shown is tried again. */
    @Override
    public void onQueryIdle(QueryIdleEvent event) {
        String topic = Objects.requireNonNull(topics.get(event.runId()), "an idle query has been started");
        lastSign.put(topic, System.nanoTime());
        caughtUpAt.put(topic, Instant.parse(event.timestamp()));
        Map<TopicPartition, OffsetAndMetadata> again = unshown.remove(topic);
        if (again != null) {
            commit(topic, again);
        }
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        log.debug("a query ended");
    }

    private void add(String counter, Topic<?, ?> topic, long count) {
        metrics.counter(counter, Tags.of("topic", topic.name())).increment((double) count);
    }

    private void set(String gauge, String topic, String phase, long value) {
        gauges.computeIfAbsent(gauge + topic + phase, key -> {
                    Tags tags = Tags.of("topic", topic);
                    return metrics.gauge(gauge, phase.isEmpty() ? tags : tags.and("phase", phase), new AtomicLong());
                })
                .set(value);
    }

    private void show(String topic, Map<Integer, Long> positions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        positions.forEach((partition, offset) ->
                offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        unshown.remove(topic);
        commit(topic, offsets);
    }

    private void commit(String topic, Map<TopicPartition, OffsetAndMetadata> offsets) {
        var unused = admin.alterConsumerGroupOffsets(group, offsets).all().whenComplete((done, failure) -> {
            if (failure != null) {
                unshown.put(topic, offsets);
                log.warn("the offsets of {} are not shown in group {}: {}", topic, group, failure.toString());
            }
        });
    }
}
