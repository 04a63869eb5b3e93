package io.tweetlake.gold;

import io.tweetlake.model.EntityCount;
import io.tweetlake.model.HappyHashtag;
import io.tweetlake.model.HashtagCount;
import io.tweetlake.model.PlaceCount;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.model.Volume;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.JsonSerde;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;
import org.apache.kafka.streams.state.WindowStore;

/**
 * {@code silver.tweets} and {@code silver.entities} to gold. A splitter decides what counts, late posts and edits among
 * them, and keeps the books; what it lets through is counted in each window by what is mentioned, with tiers and
 * languages apart.
 */
final class GoldTopology {
    /** Windows in memory are for few keys. */
    private enum Keys {
        FEW,
        MANY
    }

    /** The gold record of a window, for what it is about and what was counted. */
    @FunctionalInterface
    private interface Row<V> {
        V of(Instant start, Instant end, String key, Tally tally);
    }

    /** Who waits a year for a post reads an archive, which is in no order of time. */
    private static final Duration ANY_ORDER = Duration.ofDays(365);

    private final StreamsBuilder builder;
    private final List<WindowConfig> windows;
    private final Duration grace;
    private final Happiness happiness;
    private final OwnRows.Limit limit;

    private GoldTopology(
            StreamsConfig config, List<WindowConfig> windows, Duration grace, Happiness happiness, int ownRows) {
        // The builder ignores ensure.explicit.internal.resource.naming unless it is given the config here.
        this.builder = new StreamsBuilder(new TopologyConfig(config));
        this.windows = windows;
        this.grace = grace;
        this.happiness = happiness;
        this.limit = new OwnRows.Limit(ownRows, grace.compareTo(ANY_ORDER) < 0);
    }

    /**
     * @param grace how far behind the newest post of its partition a post may be and still count
     * @param ownRows hashtags, entities or places of a window and partition that have rows of their own
     * @throws IllegalArgumentException if two windows have the same size, or there are very many
     */
    static Topology build(
            StreamsConfig config, List<WindowConfig> windows, Duration grace, Happiness happiness, int ownRows) {
        WindowConfig.requireDistinct("gold.windows", windows);
        WindowConfig.requireDistinct("gold.happy-windows", happiness.windows());
        return new GoldTopology(config, windows, grace, happiness, ownRows).build();
    }

    private Topology build() {
        KStream<String, SilverPost> posts =
                source(Topics.SILVER_TWEETS, new JsonSerde<>(SilverPost.class), GoldTopology::tweetTime);
        builder.addStateStore(Combiner.store(TweetSplitter.VOLUME));
        KStream<String, Object> split = step(
                posts,
                TweetSplitter.STEP,
                () -> new TweetSplitter(windows, grace, limit),
                Combiner.storeName(TweetSplitter.VOLUME));
        count(split, TweetSplitter.HASHTAGS, Keys.MANY, windows, Topics.GOLD_HASHTAG_COUNTS, GoldTopology::hashtag);
        count(split, TweetSplitter.VOLUME, Keys.FEW, windows, Topics.GOLD_VOLUME, GoldTopology::volume);
        count(split, TweetSplitter.PLACES, Keys.FEW, windows, Topics.GOLD_PLACE_COUNTS, GoldTopology::place);
        KStream<String, Object> smiles =
                step(posts, SmileSplitter.STEP, () -> new SmileSplitter(happiness, grace, limit));
        count(
                smiles,
                SmileSplitter.SMILES,
                Keys.MANY,
                happiness.windows(),
                Topics.GOLD_HAPPY_HASHTAGS,
                GoldTopology::happyHashtag);
        KStream<String, TweetEntities> tweets =
                source(Topics.SILVER_ENTITIES, Topics.SILVER_ENTITIES.valueSerde(), GoldTopology::entityTime);
        KStream<String, Object> entities =
                step(tweets, EntitySplitter.STEP, () -> new EntitySplitter(windows, grace, limit));
        count(entities, EntitySplitter.ENTITIES, Keys.MANY, windows, Topics.GOLD_ENTITY_COUNTS, GoldTopology::entity);
        Topology topology = builder.build();
        for (String step : List.of(TweetSplitter.STEP, SmileSplitter.STEP, EntitySplitter.STEP)) {
            topology.addSink(
                    StreamsBooks.sinkName(step),
                    Topics.BOOKS_GOLD_AGGREGATOR.name(),
                    Topics.BOOKS_GOLD_AGGREGATOR.keySerde().serializer(),
                    Topics.BOOKS_GOLD_AGGREGATOR.valueSerde().serializer(),
                    step);
        }
        return topology;
    }

    private <V> KStream<String, V> source(Topic<String, ?> topic, Serde<V> values, TimestampExtractor time) {
        return builder.stream(
                topic.name(),
                Consumed.with(topic.keySerde(), values)
                        .withName(topic.name() + "-source")
                        .withTimestampExtractor(time));
    }

    private <V> KStream<String, Object> step(
            KStream<String, V> stream,
            String step,
            ProcessorSupplier<String, V, String, Object> splitter,
            String... stores) {
        builder.addStateStore(StreamsBooks.store(step)).addStateStore(EventClock.store(step));
        List<String> all = new ArrayList<>(List.of(stores));
        all.add(StreamsBooks.storeName(step));
        all.add(EventClock.storeName(step));
        return stream.process(splitter, Named.as(step), all.toArray(String[]::new));
    }

    /** What a splitter forwards to one of its children, counted in windows. */
    private <V> void count(
            KStream<String, Object> split,
            String child,
            Keys keys,
            List<WindowConfig> sizes,
            Topic<String, V> topic,
            Row<V> row) {
        KStream<String, Mention> mentions = split.mapValues(mention -> (Mention) mention, Named.as(child))
                .repartition(Repartitioned.with(Serdes.String(), Mention.SERDE).withName(child));
        KStream<String, V> all = null;
        for (int i = 0; i < sizes.size(); i++) {
            int place = i;
            WindowConfig size = sizes.get(i);
            String store = child + "-" + size.label();
            // The splitter has let through what is in time. Neither partitions that are read at different speeds nor a
            // post from the future may make it late here: there is as long again.
            Duration kept = grace.multipliedBy(2).plus(size.size()).plus(EventClock.FUTURE_BOUND);
            KStream<String, V> updates = mentions.filter(
                            (key, mention) -> mention.countsIn(place), Named.as("within-" + store))
                    .groupByKey(Grouped.with(store, Serdes.String(), Mention.SERDE))
                    .windowedBy(size.windows(kept))
                    .aggregate(
                            Tally::new,
                            (key, mention, tally) -> tally.plus(mention),
                            Named.as("count-" + store),
                            materialized(keys, store, size, kept))
                    .toStream(Named.as("updates-" + store))
                    .map((window, tally) -> record(size, window, tally, row), Named.as("record-" + store));
            all = all == null ? updates : all.merge(updates, Named.as("merge-" + store));
        }
        Objects.requireNonNull(all, "there is a window")
                .to(
                        topic.name(),
                        Produced.with(topic.keySerde(), topic.valueSerde()).withName(topic.name() + "-sink"));
    }

    /** By default a broker expires the changelog by the records' event time, and so forgets an archive at once. */
    private static Materialized<String, Tally, WindowStore<Bytes, byte[]>> materialized(
            Keys keys, String store, WindowConfig size, Duration kept) {
        Duration retention = kept.plus(size.size());
        WindowBytesStoreSupplier supplier = keys == Keys.FEW
                ? Stores.inMemoryWindowStore(store, retention, size.size(), false)
                : Stores.persistentTimestampedWindowStore(store, retention, size.size(), false);
        return Materialized.<String, Tally>as(supplier)
                .withKeySerde(Serdes.String())
                .withValueSerde(Tally.SERDE)
                .withCachingEnabled()
                .withLoggingEnabled(Map.of("message.timestamp.type", "LogAppendTime"));
    }

    private static <V> KeyValue<String, V> record(WindowConfig size, Windowed<String> window, Tally tally, Row<V> row) {
        Instant start = window.window().startTime();
        return KeyValue.pair(
                start + "/" + size.label() + "/" + window.key(),
                row.of(start, start.plus(size.size()), window.key(), tally));
    }

    private static HashtagCount hashtag(Instant start, Instant end, String hashtag, Tally tally) {
        return new HashtagCount(
                start,
                end,
                hashtag,
                tally.total().toMentions(),
                tally.facets().stream().map(Cell::toMentions).toList());
    }

    private static HappyHashtag happyHashtag(Instant start, Instant end, String hashtag, Tally tally) {
        return new HappyHashtag(
                start,
                end,
                hashtag,
                tally.total().toSmiles(),
                tally.facets().stream().map(Cell::toSmiles).toList());
    }

    private static EntityCount entity(Instant start, Instant end, String key, Tally tally) {
        int slash = key.indexOf('/');
        String entityKey = key.substring(slash + 1);
        return new EntityCount(
                start,
                end,
                key.substring(0, slash),
                entityKey,
                tally.form().isEmpty() ? entityKey : tally.form(),
                tally.total().toMentions(),
                tally.facets().stream().map(Cell::toMentions).toList());
    }

    private static Volume volume(Instant start, Instant end, String key, Tally tally) {
        int slash = key.indexOf('/');
        Cell all = tally.total();
        return new Volume(
                start,
                end,
                key.substring(0, slash),
                key.substring(slash + 1),
                all.mentions(),
                all.mentions() - all.originals(),
                all.replies(),
                all.quotes(),
                Instant.ofEpochMilli(all.newest()));
    }

    private static PlaceCount place(Instant start, Instant end, String key, Tally tally) {
        int slash = key.indexOf('/');
        return new PlaceCount(
                start,
                end,
                key.substring(0, slash),
                key.substring(slash + 1),
                tally.total().mentions());
    }

    private static long tweetTime(ConsumerRecord<Object, Object> record, long partitionTime) {
        return record.value() instanceof SilverPost post ? post.createdAt().toEpochMilli() : unknown(partitionTime);
    }

    private static long entityTime(ConsumerRecord<Object, Object> record, long partitionTime) {
        return record.value() instanceof TweetEntities tweet
                ? tweet.createdAt().toEpochMilli()
                : unknown(partitionTime);
    }

    /** Of a record without a value, which its splitter refuses: what fails here ends the service. */
    private static long unknown(long partitionTime) {
        return Math.max(0, partitionTime);
    }
}
