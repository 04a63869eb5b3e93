package io.tweetlake.gold;

import io.tweetlake.model.Books;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.runtime.kit.StreamsSettings;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;

/** The topology in the test driver. */
final class GoldDriver implements AutoCloseable {
    /** Of {@link OwnRows}. */
    static final int LIMIT = 1_000;

    static final Happiness HAPPY = new Happiness(List.of(WindowConfig.of("1h/5m")), Set.of(), Set.of(), false);

    private final TopologyTestDriver driver;
    private final TestInputTopic<String, io.tweetlake.model.Tweet> tweets;
    private final TestInputTopic<String, TweetEntities> entities;

    GoldDriver(Path state, List<String> windows, Duration grace, Happiness happiness) {
        driver = new TopologyTestDriver(
                topology(state, windows, grace, happiness),
                StreamsSettings.forTests(Topics.GOLD_AGGREGATOR, state),
                Instant.parse("2026-01-01T00:00:00Z"));
        tweets = input(Topics.SILVER_TWEETS);
        entities = input(Topics.SILVER_ENTITIES);
    }

    static Topology topology(Path state, List<String> windows, Duration grace, Happiness happiness) {
        return GoldTopology.build(
                StreamsSettings.of(Topics.GOLD_AGGREGATOR, state),
                windows.stream().map(WindowConfig::of).toList(),
                grace,
                happiness,
                LIMIT);
    }

    void pipe(Posts post) throws IOException {
        tweets.pipeInput("id", post.tweet());
    }

    void pipe(TweetEntities tweet) {
        entities.pipeInput(tweet.id(), tweet);
    }

    /** Sends bytes that need not be a record of this topic. */
    void pipe(Topic<String, ?> topic, byte[] bytes) {
        driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("id", bytes);
    }

    /** The last record of each key, when what waits has been sent on. */
    <V> Map<String, V> gold(Topic<String, V> topic) {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        return driver.createOutputTopic(
                        topic.name(),
                        topic.keySerde().deserializer(),
                        topic.valueSerde().deserializer())
                .readKeyValuesToMap();
    }

    /** By step. */
    Map<String, Books> books() {
        return gold(Topics.BOOKS_GOLD_AGGREGATOR).values().stream()
                .collect(Collectors.toMap(Books::step, books -> books));
    }

    private <V> TestInputTopic<String, V> input(Topic<String, V> topic) {
        return driver.createInputTopic(
                topic.name(), topic.keySerde().serializer(), topic.valueSerde().serializer());
    }

    @Override
    public void close() {
        driver.close();
    }
}
