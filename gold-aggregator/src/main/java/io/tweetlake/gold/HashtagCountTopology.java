package io.tweetlake.gold;

import io.tweetlake.model.HashtagCount;
import io.tweetlake.model.Tweet;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.WindowStore;

/** {@code silver.tweets} to {@code gold.hashtag-counts}: how many tweets of each event-time window hold a hashtag. */
final class HashtagCountTopology {
    static final String STEP = "extract-hashtags";
    static final String BY_HASHTAG = "by-hashtag";
    private static final String BOOKS_SINK = StreamsBooks.sinkName(STEP);

    private HashtagCountTopology() {}

    static Topology build(StreamsConfig config, Duration windowSize, Duration grace) {
        // The builder ignores ensure.explicit.internal.resource.naming unless it is given the config here.
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(config));
        builder.addStateStore(StreamsBooks.store(STEP)).stream(
                        Topics.SILVER_TWEETS.name(),
                        Consumed.with(Topics.SILVER_TWEETS.keySerde(), Topics.SILVER_TWEETS.valueSerde())
                                .withName("silver.tweets-source")
                                .withTimestampExtractor(HashtagCountTopology::eventTime))
                .process(HashtagExtractor::new, Named.as(STEP), StreamsBooks.storeName(STEP))
                .selectKey((tweetId, hashtag) -> (String) hashtag, Named.as(BY_HASHTAG))
                .mapValues(hashtag -> "", Named.as("drop-value"))
                .groupByKey(Grouped.with("hashtag", Serdes.String(), Serdes.String()))
                .windowedBy(TimeWindows.ofSizeAndGrace(windowSize, grace))
                .count(Named.as("count-hashtags"), counts())
                .toStream(Named.as("updated-counts"))
                .map(HashtagCountTopology::goldRecord, Named.as("to-gold-record"))
                .to(
                        Topics.GOLD_HASHTAG_COUNTS.name(),
                        Produced.with(Topics.GOLD_HASHTAG_COUNTS.keySerde(), Topics.GOLD_HASHTAG_COUNTS.valueSerde())
                                .withName("gold.hashtag-counts-sink"));
        return builder.build()
                .addSink(
                        BOOKS_SINK,
                        Topics.BOOKS_GOLD_AGGREGATOR.name(),
                        Topics.BOOKS_GOLD_AGGREGATOR.keySerde().serializer(),
                        Topics.BOOKS_GOLD_AGGREGATOR.valueSerde().serializer(),
                        STEP);
    }

    /** By default a broker expires the changelog by the records' event time, and so forgets an archive at once. */
    private static Materialized<String, Long, WindowStore<Bytes, byte[]>> counts() {
        return Materialized.<String, Long, WindowStore<Bytes, byte[]>>as("hashtag-counts")
                .withKeySerde(Serdes.String())
                .withValueSerde(Serdes.Long())
                .withLoggingEnabled(Map.of("message.timestamp.type", "LogAppendTime"));
    }

    private static long eventTime(ConsumerRecord<Object, Object> record, long partitionTime) {
        return ((Tweet) record.value()).post().createdAt().toEpochMilli();
    }

    private static KeyValue<String, HashtagCount> goldRecord(Windowed<String> hashtag, Long count) {
        Instant start = hashtag.window().startTime();
        return KeyValue.pair(
                start + "/" + hashtag.key(),
                new HashtagCount(start, hashtag.window().endTime(), hashtag.key(), count));
    }
}
