package io.tweetlake.runtime.streams;

import io.tweetlake.model.Books;
import io.tweetlake.topic.JsonSerde;
import io.tweetlake.topic.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Value;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The books of one step of a topology, kept in a state store so that they commit and roll back with the records that
 * they count. They are reported twice a second of wall-clock time, on change. Use from the task's thread only.
 */
public final class StreamsBooks {
    private static final Duration REPORT_INTERVAL = Duration.ofMillis(500);

    private final KeyValueStore<String, Books> store;
    private final StreamsMetrics metrics;
    private final String taskId;
    private final String key;
    private final Map<String, Long> written = new TreeMap<>();
    private final Map<String, Long> filtered = new TreeMap<>();
    private long received;
    private long duplicate;
    private long dead;
    private boolean changed;

    /** Where the books go, such as to a sink of a books topic. */
    @FunctionalInterface
    public interface Report {
        void send(String key, Books books);
    }

    /** Opens the books of a step in its processor's {@code init}. */
    public StreamsBooks(ProcessingContext context, String step, Report report) {
        store = context.getStateStore(storeName(step));
        key = step + "-" + context.taskId().partition();
        Books books = store.get(key);
        if (books != null) {
            received = books.received();
            duplicate = books.duplicate();
            dead = books.dead();
            written.putAll(books.written());
            filtered.putAll(books.filtered());
        }
        changed = books != null;
        metrics = context.metrics();
        taskId = context.taskId().toString();
        context.schedule(REPORT_INTERVAL, PunctuationType.WALL_CLOCK_TIME, time -> {
            if (changed) {
                Books now = snapshot();
                report.send(key, now);
                measure("received", now.received());
                measure("duplicate", now.duplicate());
                measure("dead", now.dead());
                now.written().forEach((topic, count) -> measure("written-" + topic, count));
                now.filtered().forEach((reason, count) -> measure("filtered-" + reason, count));
                changed = false;
            }
        });
    }

    /**
     * The store that the step's processor must be connected to. Cached: one changelog record a commit, not one a tweet.
     */
    public static StoreBuilder<KeyValueStore<String, Books>> store(String step) {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(storeName(step)), Serdes.String(), new JsonSerde<>(Books.class))
                .withCachingEnabled();
    }

    public void written(Topic<?, ?> topic) {
        written.merge(topic.name(), 1L, Long::sum);
        received();
    }

    public void filtered(String reason) {
        filtered.merge(reason, 1L, Long::sum);
        received();
    }

    public void duplicate() {
        duplicate++;
        received();
    }

    /** Call before the throw that sends the record to the dead-letter topic. */
    public void dead() {
        dead++;
        received();
    }

    private void received() {
        received++;
        changed = true;
        store.put(key, snapshot());
    }

    /** As a metric of the task, beside Kafka Streams' own. */
    private void measure(String what, long value) {
        Sensor sensor = metrics.addSensor("books-" + what + "-" + key + "-" + taskId, Sensor.RecordingLevel.INFO);
        Map<String, String> tags = Map.of("task-id", taskId, "step", key);
        sensor.add(new MetricName(what, "stream-books-metrics", "records since the first start", tags), new Value());
        sensor.record((double) value);
    }

    private Books snapshot() {
        return new Books(key, received, written, duplicate, filtered, dead);
    }

    private static String storeName(String step) {
        return step + "-books";
    }
}
