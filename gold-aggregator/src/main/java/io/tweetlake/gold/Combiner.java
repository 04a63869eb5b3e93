package io.tweetlake.gold;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Adds up mentions of the same thing in the same windows, so that one record says what hundreds of posts do. What waits
 * is in a state store and commits with the posts that it was read from. Use from the task's thread only.
 */
final class Combiner {
    private final ProcessorContext<String, Object> context;
    private final String child;
    private final long slotMillis;
    private final KeyValueStore<String, Mention> store;

    /** What the store holds, not as bytes. */
    private final Map<String, Mention> waiting = new HashMap<>();

    /** Goes on where it stopped, in the {@code init} of the step's processor. */
    Combiner(ProcessorContext<String, Object> context, String child, List<WindowConfig> windows) {
        this.context = context;
        this.child = child;
        this.slotMillis = WindowConfig.slot(windows).toMillis();
        this.store = context.getStateStore(storeName(child));
        try (KeyValueIterator<String, Mention> stored = store.all()) {
            while (stored.hasNext()) {
                KeyValue<String, Mention> next = stored.next();
                waiting.put(next.key, next.value);
            }
        }
    }

    static String storeName(String child) {
        return child + "-waiting";
    }

    /** Cached: what is sent on before the next commit leaves nothing in the changelog but its end. */
    static StoreBuilder<KeyValueStore<String, Mention>> store(String child) {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(storeName(child)), Serdes.String(), Mention.SERDE)
                .withCachingEnabled();
    }

    /** @param key of cells of one tier and language */
    void add(String key, Cell cell) {
        long slot = Math.floorDiv(cell.newest(), slotMillis) * slotMillis;
        String waitsAs = slot + "/" + key;
        Mention before = waiting.get(waitsAs);
        Mention sum = new Mention(before == null ? cell : before.cell().plus(cell), null, Mention.ALL);
        waiting.put(waitsAs, sum);
        store.put(waitsAs, sum);
    }

    /** Sends on what waits. */
    void flush() {
        waiting.forEach((waitsAs, mention) -> {
            String[] parts = waitsAs.split("/", 2);
            context.forward(new Record<>(parts[1], mention, Long.parseLong(parts[0])), child);
            store.delete(waitsAs);
        });
        waiting.clear();
    }
}
