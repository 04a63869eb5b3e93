package io.tweetlake.gold;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * How far event time has come in a partition: to the newest post, but never beyond that post's arrival, so that one
 * with a wrong clock moves it by nothing. Whether a post is late follows from the partition's records alone, in their
 * order, and so anyone who reads them can count again. Use from the task's thread only.
 */
final class EventClock {
    /** How far ahead of its arrival a post may claim to be; silver holds none beyond it. */
    static final Duration FUTURE_BOUND = Duration.ofMinutes(15);

    private static final String NOW = "now";

    private final KeyValueStore<String, Long> store;
    private long now;

    /** Goes on where it stopped, in the {@code init} of the step's processor. */
    EventClock(ProcessorContext<String, Object> context, String step) {
        store = context.getStateStore(storeName(step));
        Long stored = store.get(NOW);
        now = stored == null ? Long.MIN_VALUE : stored;
    }

    static String storeName(String step) {
        return step + "-clock";
    }

    /** Cached: one changelog record a commit. */
    static StoreBuilder<KeyValueStore<String, Long>> store(String step) {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(storeName(step)), Serdes.String(), Serdes.Long())
                .withCachingEnabled();
    }

    /** Takes notice of a post. */
    void advance(Instant createdAt, Instant observedAt) {
        long time = Math.min(createdAt.toEpochMilli(), observedAt.toEpochMilli());
        if (time > now) {
            now = time;
            store.put(NOW, time);
        }
    }

    /** In milliseconds since 1970. */
    long now() {
        return now;
    }

    /** Whether a post's clock is too far ahead for it to count. */
    static boolean isFuture(Instant createdAt, Instant observedAt) {
        return createdAt.isAfter(observedAt.plus(FUTURE_BOUND));
    }

    /** Whether a post is further behind than this. */
    boolean isLate(Instant createdAt, Duration grace) {
        return createdAt.toEpochMilli() + grace.toMillis() < now;
    }
}
