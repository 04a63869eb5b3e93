package io.tweetlake.enrich;

import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/** Bronze to {@code silver.tweets}: parse, cleanse, leave duplicates out. */
final class CleansingTopology {
    static final String STEP = "cleanse";
    static final String SEEN_POSTS = "seen-posts";
    static final String TWEETS_SINK = "silver.tweets-sink";
    static final String QUALITY_SINK = "silver.quality-sink";
    static final String BOOKS_SINK = "cleanse-books-sink";

    private CleansingTopology() {}

    /** Adds its nodes. The two bronze topics have the same key, so that one task sees all copies of a post. */
    static void addTo(Topology topology, Duration duplicateWindow, Duration lateAfter) {
        TweetCleanser cleanser = new TweetCleanser();
        topology.addSource(
                        "bronze.tweets-source",
                        Serdes.String().deserializer(),
                        Serdes.ByteArray().deserializer(),
                        Topics.BRONZE_TWEETS_AI.name(),
                        Topics.BRONZE_TWEETS_GENERIC.name())
                .addProcessor(
                        STEP,
                        () -> new CleansingProcessor(cleanser, duplicateWindow, lateAfter),
                        "bronze.tweets-source")
                .addStateStore(seenPosts(duplicateWindow), STEP)
                .addStateStore(StreamsBooks.store(STEP), STEP)
                .addSink(
                        TWEETS_SINK,
                        Topics.SILVER_TWEETS.name(),
                        Topics.SILVER_TWEETS.keySerde().serializer(),
                        Topics.SILVER_TWEETS.valueSerde().serializer(),
                        STEP)
                .addSink(
                        QUALITY_SINK,
                        Topics.SILVER_QUALITY.name(),
                        Topics.SILVER_QUALITY.keySerde().serializer(),
                        Topics.SILVER_QUALITY.valueSerde().serializer(),
                        STEP)
                .addSink(
                        BOOKS_SINK,
                        Topics.BOOKS_ENRICH_STREAMS.name(),
                        Topics.BOOKS_ENRICH_STREAMS.keySerde().serializer(),
                        Topics.BOOKS_ENRICH_STREAMS.valueSerde().serializer(),
                        STEP);
    }

    /** Whole segments expire, so that forgetting costs nothing. The value says nothing: the key was seen. */
    private static StoreBuilder<WindowStore<String, byte[]>> seenPosts(Duration window) {
        return Stores.windowStoreBuilder(
                Stores.persistentWindowStore(SEEN_POSTS, window.multipliedBy(2), window, false),
                Serdes.String(),
                Serdes.ByteArray());
    }
}
