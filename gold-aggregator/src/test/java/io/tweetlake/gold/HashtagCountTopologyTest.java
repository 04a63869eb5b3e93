package io.tweetlake.gold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.Books;
import io.tweetlake.model.HashtagCount;
import io.tweetlake.model.Json;
import io.tweetlake.model.Tweet;
import io.tweetlake.runtime.kit.GoldenTopology;
import io.tweetlake.runtime.kit.StreamsSettings;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashtagCountTopologyTest {
    private static final Instant ARRIVAL = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant WINDOW = Instant.parse("2019-07-03T06:30:00Z");

    @TempDir
    private Path state;

    private TopologyTestDriver driver;
    private TestInputTopic<String, Tweet> tweets;
    private TestOutputTopic<String, HashtagCount> counts;

    @BeforeEach
    void start() {
        driver = new TopologyTestDriver(topology(), StreamsSettings.forTests(Topics.GOLD_AGGREGATOR, state), ARRIVAL);
        tweets = driver.createInputTopic(
                Topics.SILVER_TWEETS.name(),
                Topics.SILVER_TWEETS.keySerde().serializer(),
                Topics.SILVER_TWEETS.valueSerde().serializer());
        counts = output(Topics.GOLD_HASHTAG_COUNTS);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void isDescribedByItsGoldenFile() throws Exception {
        GoldenTopology.assertDescribes("/hashtag-count-topology.txt", topology());
    }

    @Test
    void countsTheTweetsOfEachWindowOfThePostsOwnTime() throws Exception {
        pipe("1", WINDOW, "a", "b");
        pipe("2", WINDOW.plusSeconds(299), "a");
        pipe("3", WINDOW.plusSeconds(300), "a");
        assertThat(counts.readKeyValuesToMap())
                .isEqualTo(Map.of(
                        "2019-07-03T06:30:00Z/a", new HashtagCount(WINDOW, WINDOW.plusSeconds(300), "a", 2),
                        "2019-07-03T06:30:00Z/b", new HashtagCount(WINDOW, WINDOW.plusSeconds(300), "b", 1),
                        "2019-07-03T06:35:00Z/a",
                                new HashtagCount(WINDOW.plusSeconds(300), WINDOW.plusSeconds(600), "a", 1)));
    }

    @Test
    void takesALatePostIntoItsWindowWithinTheGrace() throws Exception {
        pipe("1", WINDOW.plus(Duration.ofMinutes(50)), "a");
        pipe("2", WINDOW, "a");
        assertThat(counts.readKeyValuesToMap().get("2019-07-03T06:30:00Z/a").count())
                .isEqualTo(1);
    }

    @Test
    void keepsItsBooks() throws Exception {
        pipe("1", WINDOW, "a", "b");
        pipe("2", WINDOW);
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(output(Topics.BOOKS_GOLD_AGGREGATOR).readValue())
                .isEqualTo(new Books(
                        "extract-hashtags-0", 2, Map.of("gold.hashtag-counts", 1L), 0, Map.of("no-hashtag", 1L), 0));
    }

    private Topology topology() {
        return HashtagCountTopology.build(
                StreamsSettings.of(Topics.GOLD_AGGREGATOR, state), Duration.ofMinutes(5), Duration.ofHours(1));
    }

    private <V> TestOutputTopic<String, V> output(Topic<String, V> topic) {
        return driver.createOutputTopic(
                topic.name(),
                topic.keySerde().deserializer(),
                topic.valueSerde().deserializer());
    }

    private void pipe(String id, Instant createdAt, String... hashtagKeys) throws Exception {
        String keys = hashtagKeys.length == 0 ? "" : "\"" + String.join("\",\"", hashtagKeys) + "\"";
        String json = """
                {"source": "x", "id": "%s", "edit_ids": [], "created_at": "%s", "text": "", "lang": "en", "sensitive": false,
                 "hashtags": [], "cashtags": [], "mentions": [], "urls": [], "spans": [], "media_urls": [], "version": 1,
                 "withheld_in": [], "matched_rules": [], "observed_at": "2026-01-01T00:00:00Z", "tier": "ai",
                 "cleaned_text": "", "hashtag_keys": [%s], "emoticons": [], "emoji": [], "happy_emoticons": 0, "happy_emoji": 0,
                 "bronze_topic": "bronze.tweets.ai", "bronze_partition": 0, "bronze_offset": 0}""".formatted(id, createdAt, keys);
        tweets.pipeInput(id, Json.read(json.getBytes(UTF_8), Tweet.class), ARRIVAL);
    }
}
