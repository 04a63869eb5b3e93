package io.tweetlake.enrich;

import io.tweetlake.model.Post;
import java.time.Duration;
import java.util.TreeMap;
import org.apache.datasketches.filters.bloomfilter.BloomFilter;
import org.apache.datasketches.filters.bloomfilter.BloomFilterBuilder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * When each post was seen, within a bound before and after a time. The store holds the times by buckets as wide as the
 * bound: two times of one bucket are never further apart than that, so one of each post is enough, and three look-ups
 * by the key tell what else takes a range of the store's keys.
 *
 * <p>Almost every post is new, and to learn that from the store is a fifth of all that is done for a post: it goes
 * through RocksDB's levels and ends in a C++ exception. A Bloom filter of each bucket tells it from memory. What a
 * filter may have seen is looked up in the store, so it decides nothing by itself. After a start the filters are filled
 * while posts come, some of the store's for each: all at once takes longer than a transaction may last. Until then the
 * store is asked.
 *
 * <p>Not thread-safe.
 */
final class SeenPosts implements AutoCloseable {
    /** So many posts of a bucket and task a filter tells apart, in 4.8 MB; with more, the store is asked more often. */
    private static final long FILTERED_POSTS = 4_000_000;

    private static final double FALSE_POSITIVES = 0.01;

    /** The buckets of the times within the bound, of which the store still has the oldest for what comes late. */
    private static final int RETAINED_BUCKETS = 3;

    private static final int READ_PER_POST = 10;

    private final WindowStore<String, Long> store;
    private final long bound;
    private final TreeMap<Long, BloomFilter> filters = new TreeMap<>();

    /** What the store held at the start and the filters do not know yet; null once they know all. */
    private @Nullable KeyValueIterator<Windowed<String>, Long> unread;

    SeenPosts(WindowStore<String, Long> store, Duration bound) {
        this.store = store;
        this.bound = bound.toMillis();
        this.unread = store.all();
    }

    /** Whole segments expire, so that forgetting costs nothing. */
    static StoreBuilder<WindowStore<String, Long>> store(String name, Duration bound) {
        return Stores.windowStoreBuilder(
                Stores.persistentWindowStore(name, bound.multipliedBy(RETAINED_BUCKETS), bound, false),
                Serdes.String(),
                Serdes.Long());
    }

    /** What a delivered version of a post is. */
    enum Meeting {
        /** The first version of its post that was met, whichever it is. */
        FIRST,
        /** Another version than one that was met before. */
        FURTHER,
        /** One that was met before. */
        DUPLICATE
    }

    /**
     * Meets a version of a post. Of a post that was never edited, which is nearly each, one key is kept.
     *
     * @param timestamp of its record, in milliseconds since 1970
     */
    Meeting meet(Post post, long timestamp) {
        String first = post.source() + "/" + post.rootId() + "/1";
        String edited = post.source() + "/" + post.rootId() + "/edited";
        if (post.version() == 1) {
            return add(post.source() + "/" + post.id() + "/1", timestamp)
                    ? wasSeen(edited, timestamp) ? Meeting.FURTHER : Meeting.FIRST
                    : Meeting.DUPLICATE;
        }
        if (!add(post.source() + "/" + post.id() + "/" + post.version(), timestamp)) {
            return Meeting.DUPLICATE;
        }
        boolean isFirst = !wasSeen(first, timestamp);
        return add(edited, timestamp) && isFirst ? Meeting.FIRST : Meeting.FURTHER;
    }

    /**
     * Adds a post; false if one of this key was seen within the bound, and nothing is added then.
     *
     * @param timestamp of its record, in milliseconds since 1970
     */
    boolean add(String post, long timestamp) {
        readSome();
        long bucket = Math.floorDiv(timestamp, bound) * bound;
        if (wasSeen(post, timestamp)) {
            return false;
        }
        note(post, bucket);
        store.put(post, timestamp, bucket);
        return true;
    }

    private boolean wasSeen(String post, long timestamp) {
        long bucket = Math.floorDiv(timestamp, bound) * bound;
        return wasSeen(post, bucket, timestamp)
                || wasSeen(post, bucket - bound, timestamp)
                || wasSeen(post, bucket + bound, timestamp);
    }

    private boolean wasSeen(String post, long bucket, long timestamp) {
        BloomFilter filter = filters.get(bucket);
        boolean isNew = unread == null && (filter == null || !filter.query(post));
        if (isNew || bucket < 0) {
            return false;
        }
        Long seen = store.fetch(post, bucket);
        return seen != null && Math.abs(seen - timestamp) <= bound;
    }

    private void readSome() {
        for (int i = 0; unread != null && i < READ_PER_POST; i++) {
            if (unread.hasNext()) {
                Windowed<String> post = unread.next().key;
                note(post.key(), post.window().start());
            } else {
                close();
            }
        }
    }

    /** What lies further back than the store remembers is not noted: its filter would be made for each such post. */
    private void note(String post, long bucket) {
        BloomFilter filter = filters.get(bucket);
        if (filter == null) {
            long latest = filters.isEmpty() ? bucket : Math.max(bucket, filters.lastKey());
            long forgotten = latest - RETAINED_BUCKETS * bound;
            if (bucket <= forgotten) {
                return;
            }
            filter = BloomFilterBuilder.createByAccuracy(FILTERED_POSTS, FALSE_POSITIVES);
            filters.put(bucket, filter);
            filters.headMap(forgotten, true).clear();
        }
        filter.update(post);
    }

    /** Ends the reading of the store. */
    @Override
    public void close() {
        if (unread != null) {
            unread.close();
            unread = null;
        }
    }
}
