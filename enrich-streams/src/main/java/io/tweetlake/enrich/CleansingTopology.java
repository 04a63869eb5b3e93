package io.tweetlake.enrich;

import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topic;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;

/** Bronze to {@code silver.tweets}: parse, cleanse, leave duplicates out. */
final class CleansingTopology {
    static final String STEP = "cleanse";
    static final String POST_TIMES = "post-times";
    static final String TWEETS_SINK = "silver.tweets-sink";
    static final String QUALITY_SINK = "silver.quality-sink";

    private CleansingTopology() {}

    /** Adds its nodes. The two bronze topics have the same key, so that one task sees all copies of a post. */
    static void addTo(
            Topology topology, Silver silver, TweetCleanser cleanser, Duration duplicateWindow, Duration lateAfter) {
        topology.addSource(
                        "bronze.tweets-source",
                        Serdes.String().deserializer(),
                        Serdes.ByteArray().deserializer(),
                        silver.bronzeTweets().stream().map(Topic::name).toArray(String[]::new))
                .addProcessor(
                        STEP,
                        () -> new CleansingProcessor(silver, cleanser, duplicateWindow, lateAfter),
                        "bronze.tweets-source")
                .addStateStore(SeenPosts.store(POST_TIMES, duplicateWindow), STEP)
                .addSink(
                        TWEETS_SINK,
                        silver.tweets().name(),
                        silver.tweets().keySerde().serializer(),
                        silver.tweets().valueSerde().serializer(),
                        STEP)
                .addSink(
                        QUALITY_SINK,
                        silver.quality().name(),
                        silver.quality().keySerde().serializer(),
                        silver.quality().valueSerde().serializer(),
                        STEP);
        StreamsBooks.addTo(topology, STEP, silver.books());
    }
}
