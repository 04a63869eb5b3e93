package io.tweetlake.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.Books;
import io.tweetlake.model.Tweet;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.nlp.cleansing.HappySet;
import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.nlp.ner.CoreNlpEntityRecognizer;
import io.tweetlake.runtime.kit.StreamsSettings;
import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Whatever arrives, the topology goes on, and each record ends in silver, in the dead letters with a cause, or counted.
 */
class HostileMessagesTopologyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int TRIES = 100_000;

    private static TopologyTestDriver driver;
    private static TestInputTopic<String, byte[]> bronze;
    private static TestOutputTopic<String, Tweet> tweets;
    private static TestOutputTopic<String, TweetEntities> entities;
    private static TestOutputTopic<String, byte[]> dead;
    private static long sent;
    private static long written;
    private static long buried;

    @BeforeContainer
    static void start() throws Exception {
        Path state = Files.createTempDirectory("hostile");
        driver = new TopologyTestDriver(
                EnrichMain.topology(
                        Silver.LIVE,
                        new TweetCleanser(new HappySet(List.of(":)"), List.of())),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        CoreNlpEntityRecognizer.load()),
                StreamsSettings.forTests(Topics.ENRICH_STREAMS, state),
                NOW);
        Topic<String, byte[]> topic = Topics.BRONZE_TWEETS_GENERIC;
        bronze = driver.createInputTopic(
                topic.name(), topic.keySerde().serializer(), topic.valueSerde().serializer());
        tweets = output(Topics.SILVER_TWEETS);
        entities = output(Topics.SILVER_ENTITIES);
        dead = output(Topics.DLQ_ENRICH_STREAMS);
    }

    @AfterContainer
    static void theBooksBalance() {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        Map<String, Books> books = output(Topics.BOOKS_ENRICH_STREAMS).readKeyValuesToMap();
        driver.close();
        Books cleansed = books.get("cleanse-0");
        assertThat(cleansed.balanced()).isTrue();
        assertThat(cleansed.received()).isEqualTo(sent).isGreaterThanOrEqualTo(TRIES);
        assertThat(cleansed.written()).containsEntry("silver.tweets", written);
        assertThat(cleansed.dead()).isEqualTo(buried);
        assertThat(books.get("recognize-0").written()).containsEntry("silver.entities", written);
        assertThat(written).isGreaterThan(TRIES / 10);
        assertThat(buried).isGreaterThan(TRIES / 10);
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void everyMessageEndsInSilverOrInTheDeadLettersWithATrueCause(@ForAll long seed) {
        byte[] message = new HostileMessages(seed).next();
        sent++;
        bronze.pipeInput("key", message, NOW);
        if (!dead.isEmpty()) {
            TestRecord<String, byte[]> letter = dead.readRecord();
            buried++;
            assertThat(letter.value()).isEqualTo(message);
            assertThat(new String(
                            letter.headers()
                                    .lastHeader("__streams.errors.message")
                                    .value(),
                            UTF_8))
                    .as("a cause that an operator understands")
                    .matches(
                            "(?s)(not valid JSON|not a JSON object|a post without an id|a post whose id has|the post has no|the post is of"
                                    + "|the text has|the message has|a response page).*");
            assertThat(tweets.isEmpty()).isTrue();
        } else if (!tweets.isEmpty()) {
            Tweet tweet = tweets.readValue();
            written++;
            assertThat(entities.readValue().id()).isEqualTo(tweet.post().id());
        }
        assertThat(dead.isEmpty()).isTrue();
        assertThat(tweets.isEmpty()).isTrue();
        assertThat(entities.isEmpty()).isTrue();
    }

    private static <V> TestOutputTopic<String, V> output(Topic<String, V> topic) {
        return driver.createOutputTopic(
                topic.name(),
                topic.keySerde().deserializer(),
                topic.valueSerde().deserializer());
    }
}
