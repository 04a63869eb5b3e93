package io.tweetlake.runtime.streams;

import io.tweetlake.model.Books;
import io.tweetlake.topic.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Value;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The books of one step of a topology, kept in a state store so that they commit and roll back with the records that
 * they count. They are reported twice a second of wall-clock time, on change. Use from the task's thread only.
 */
public final class StreamsBooks implements AutoCloseable {
    private static final Duration REPORT_INTERVAL = Duration.ofMillis(500);

    private static final String DUPLICATE = "duplicate";
    private static final String DEAD = "dead";
    private static final String WRITTEN = "written-";
    private static final String FILTERED = "filtered-";

    private final KeyValueStore<String, Long> store;
    private final StreamsMetrics metrics;
    private final String taskId;
    private final String key;

    /** By outcome; each record has one. */
    private final SortedMap<String, Long> counts = new TreeMap<>();

    private final Cancellable reports;
    private boolean changed;

    /** Opens the books of a step in its processor's {@code init}; they are reported to its {@link #sinkName sink}. */
    public StreamsBooks(ProcessorContext<String, Object> context, String step) {
        this(context, step, () -> {});
    }

    /**
     * The same for a step that holds records back.
     *
     * @param flush sends them on; called before each report, so that what the books call written has been sent
     */
    public StreamsBooks(ProcessorContext<String, Object> context, String step, Runnable flush) {
        store = context.getStateStore(storeName(step));
        key = step + "-" + context.taskId().partition();
        try (KeyValueIterator<String, Long> stored = store.all()) {
            stored.forEachRemaining(count -> counts.put(count.key, count.value));
        }
        changed = !counts.isEmpty();
        metrics = context.metrics();
        taskId = context.taskId().toString();
        reports = context.schedule(REPORT_INTERVAL, PunctuationType.WALL_CLOCK_TIME, time -> {
            if (changed) {
                flush.run();
                Books now = snapshot();
                context.forward(new Record<>(key, now, context.currentSystemTimeMs()), sinkName(step));
                measure("received", now.received());
                counts.forEach(this::measure);
                changed = false;
            }
        });
    }

    /**
     * The store that the step's processor must be connected to. Cached: one changelog record a commit, not one a tweet.
     */
    public static StoreBuilder<KeyValueStore<String, Long>> store(String step) {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(storeName(step)), Serdes.String(), Serdes.Long())
                .withCachingEnabled();
    }

    /** Adds the store and the sink of a step's books to its topology. */
    public static void addTo(Topology topology, String step, Topic<String, Books> books) {
        topology.addStateStore(store(step), step)
                .addSink(
                        sinkName(step),
                        books.name(),
                        books.keySerde().serializer(),
                        books.valueSerde().serializer(),
                        step);
    }

    public void written(Topic<?, ?> topic) {
        count(WRITTEN + topic.name());
    }

    public void filtered(String reason) {
        count(FILTERED + reason);
    }

    public void duplicate() {
        count(DUPLICATE);
    }

    /** Call before the throw that sends the record to the dead-letter topic. */
    public void dead() {
        count(DEAD);
    }

    /**
     * Reports no more. Call it in the processor's {@code close}: a task that is revived after an aborted transaction
     * keeps what its processors had scheduled, and would go on reporting what was rolled back.
     */
    @Override
    public void close() {
        reports.cancel();
    }

    private void count(String outcome) {
        store.put(outcome, counts.merge(outcome, 1L, Long::sum));
        changed = true;
    }

    /** As a metric of the task, beside Kafka Streams' own. */
    private void measure(String what, long value) {
        Sensor sensor = metrics.addSensor("books-" + what + "-" + key + "-" + taskId, Sensor.RecordingLevel.INFO);
        Map<String, String> tags = Map.of("task-id", taskId, "step", key);
        sensor.add(new MetricName(what, "stream-books-metrics", "records since the first start", tags), new Value());
        sensor.record((double) value);
    }

    private Books snapshot() {
        return new Books(
                key,
                counts.values().stream().mapToLong(Long::longValue).sum(),
                part(WRITTEN),
                counts.getOrDefault(DUPLICATE, 0L),
                part(FILTERED),
                counts.getOrDefault(DEAD, 0L));
    }

    private Map<String, Long> part(String prefix) {
        Map<String, Long> part = new TreeMap<>();
        counts.forEach((outcome, count) -> {
            if (outcome.startsWith(prefix)) {
                part.put(outcome.substring(prefix.length()), count);
            }
        });
        return part;
    }

    /** The name of the sink of a step's books. */
    public static String sinkName(String step) {
        return step + "-books-sink";
    }

    /** The name of a step's store. */
    public static String storeName(String step) {
        return step + "-outcomes";
    }
}
