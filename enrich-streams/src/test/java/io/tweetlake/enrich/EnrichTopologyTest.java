package io.tweetlake.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.Books;
import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.Entity;
import io.tweetlake.model.NamedCount;
import io.tweetlake.model.ObservedNotice;
import io.tweetlake.model.Quality;
import io.tweetlake.model.Tweet;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.nlp.cleansing.HappySet;
import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.nlp.ner.EntityRecognizer;
import io.tweetlake.runtime.kit.GoldenTopology;
import io.tweetlake.runtime.kit.StreamsSettings;
import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrichTopologyTest {
    private static final Duration DUPLICATE_WINDOW = Duration.ofHours(1);
    private static final TweetCleanser CLEANSER = new TweetCleanser(new HappySet(List.of(":)"), List.of()));
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path state;

    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> ai;
    private TestInputTopic<String, byte[]> generic;
    private TestOutputTopic<String, Tweet> tweets;
    private TestOutputTopic<String, TweetEntities> entities;
    private TestOutputTopic<String, ObservedNotice> notices;

    /** Finds "Ada" as a person. */
    private static final class AdaRecognizer implements EntityRecognizer {
        @Override
        public boolean knows(String lang) {
            return lang.equals("en");
        }

        @Override
        public List<Entity> recognize(String text) {
            int start = text.indexOf("Ada");
            return start < 0 ? List.of() : List.of(new Entity("Ada", "PERSON", start, start + 3, "ada"));
        }
    }

    @BeforeEach
    void start() {
        driver = new TopologyTestDriver(topology(), StreamsSettings.forTests(Topics.ENRICH_STREAMS, state), NOW);
        ai = input(Topics.BRONZE_TWEETS_AI);
        generic = input(Topics.BRONZE_TWEETS_GENERIC);
        tweets = output(Topics.SILVER_TWEETS);
        entities = output(Topics.SILVER_ENTITIES);
        notices = output(Topics.SILVER_NOTICES);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void bringsEveryNoticeIntoOneShape() {
        TestInputTopic<String, byte[]> delivered = input(Topics.BRONZE_NOTICES);
        delivered.pipeInput(null, "{\"delete\": {\"status\": {\"id\": 1, \"user_id\": 3}}}".getBytes(UTF_8), NOW);
        delivered.pipeInput(
                null,
                "{\"did\": \"did:a\", \"kind\": \"account\", \"account\": {\"active\": false}}".getBytes(UTF_8),
                NOW);
        delivered.pipeInput(null, "{\"limit\": {\"track\": 5}}".getBytes(UTF_8), NOW);
        delivered.pipeInput(null, "{\"cut o".getBytes(UTF_8), NOW);
        List<TestRecord<String, ObservedNotice>> canonical = notices.readRecordsToList();
        assertThat(canonical).extracting(TestRecord::key).containsExactly("1", "did:a", null);
        assertThat(canonical)
                .extracting(record -> record.value().notice().kind())
                .containsExactly("delete", "account", "limit");
        assertThat(canonical.get(1).value().notice().source()).isEqualTo("bluesky");
        assertThat(canonical.get(2).value().bronze()).isEqualTo(new BronzeCoordinates("bronze.notices", 0, 2));
        assertThat(driver.producedTopicNames()).contains(Topics.DLQ_ENRICH_STREAMS.name());
    }

    @Test
    void isDescribedByItsGoldenFile() throws Exception {
        GoldenTopology.assertDescribes("/enrich-topology.txt", topology());
    }

    @Test
    void makesOneTweetOfEachPostAndKeepsWhereItsBytesLie() {
        generic.pipeInput("1", post("1", "en", "Tom &amp; Ada\\n#Tag"), NOW);
        TestRecord<String, Tweet> record = tweets.readRecord();
        assertThat(record.key()).isEqualTo("1");
        assertThat(record.getRecordTime()).isEqualTo(NOW);
        Tweet tweet = record.value();
        assertThat(tweet.post().text()).isEqualTo("Tom & Ada #Tag");
        assertThat(tweet.hashtagKeys()).containsExactly("tag");
        assertThat(tweet.tier()).isEqualTo("generic");
        assertThat(tweet.observedAt()).isEqualTo(NOW);
        assertThat(tweet.bronze()).isEqualTo(new BronzeCoordinates("bronze.tweets.generic", 0, 0));
        assertThat(tweets.isEmpty()).isTrue();
    }

    @Test
    void forwardsAPostOnceWhicheverTopicItComesFrom() {
        ai.pipeInput("1", post("1", "en", "a"), NOW);
        generic.pipeInput("1", post("1", "en", "a"), NOW.plusSeconds(1));
        ai.pipeInput("1", post("1", "en", "a"), NOW.plusSeconds(2));
        assertThat(tweets.readKeyValuesToList()).hasSize(1);
        assertThat(books("cleanse-0"))
                .isEqualTo(new Books("cleanse-0", 3, Map.of("silver.tweets", 1L), 2, Map.of(), 0));
    }

    @Test
    void forgetsAPostAfterTheDuplicateWindow() {
        ai.pipeInput("1", post("1", "en", "a"), NOW);
        ai.pipeInput("1", post("1", "en", "a"), NOW.plus(DUPLICATE_WINDOW).plusSeconds(1));
        assertThat(tweets.readKeyValuesToList()).hasSize(2);
    }

    @Test
    void writesOneEntityRecordATweetAlsoWithoutEntities() {
        generic.pipeInput("1", post("1", "en", "Ada here"), NOW);
        generic.pipeInput("2", post("2", "en", "nobody"), NOW);
        generic.pipeInput("3", post("3", "ja", "Ada in another language"), NOW);
        List<TweetEntities> found = entities.readValuesToList();
        assertThat(found).extracting(TweetEntities::id).containsExactly("1", "2", "3");
        assertThat(found.get(0).entities()).containsExactly(new Entity("Ada", "PERSON", 0, 3, "ada"));
        assertThat(found.get(1).entities()).isEmpty();
        assertThat(found.get(2).entities()).isEmpty();
    }

    @Test
    void sendsABadRecordWithItsCauseToTheDeadLettersAndGoesOn() {
        byte[] bad = "{\"data\": {\"id\": \"7\"}}".getBytes(UTF_8);
        ai.pipeInput("7", bad, NOW);
        ai.pipeInput("8", "{".getBytes(UTF_8), NOW);
        ai.pipeInput("1", post("1", "en", "good"), NOW);
        List<TestRecord<String, byte[]>> dead =
                output(Topics.DLQ_ENRICH_STREAMS).readRecordsToList();
        assertThat(dead).hasSize(2);
        assertThat(dead.get(0).value()).isEqualTo(bad);
        assertThat(dead.get(0).key()).isEqualTo("7");
        assertThat(header(dead.get(0), "__streams.errors.message")).contains("the post has no");
        assertThat(header(dead.get(0), "__streams.errors.topic")).isEqualTo("bronze.tweets.ai");
        assertThat(header(dead.get(1), "__streams.errors.message")).contains("not valid JSON");
        assertThat(tweets.readKeyValuesToList()).hasSize(1);
        Books books = books("cleanse-0");
        assertThat(books.dead()).isEqualTo(2);
        assertThat(books.balanced()).isTrue();
    }

    @Test
    void takesNoPostThatWouldStopOrPoisonTheStepsDownstream() {
        ai.pipeInput("1", postOf("1", "2005-12-31T00:00:00Z", "too old"), NOW);
        ai.pipeInput("2", postOf("2", "2026-01-01T01:00:00Z", "from the future"), NOW);
        ai.pipeInput("3", postOf("3", "2026-01-01T00:00:00Z", "x".repeat(200_000)), NOW);
        ai.pipeInput("4", postOf("4", "2026-01-01T00:10:00Z", "a clock that is ahead"), NOW);
        assertThat(tweets.readKeyValuesToMap()).containsOnlyKeys("4");
        assertThat(books("cleanse-0").dead()).isEqualTo(3);
    }

    @Test
    void makesABoundedRecordOfAMessageFullOfMarks() {
        String annotations =
                "{\"start\":0,\"end\":400,\"type\":\"x\"},".repeat(10_000) + "{\"start\":0,\"end\":0,\"type\":\"x\"}";
        generic.pipeInput("1", """
                {"data": {"id": "1", "lang": "en", "text": "%s", "created_at": "2026-01-01T00:00:00Z",
                          "entities": {"annotations": [%s]}}}""".formatted("y".repeat(500), annotations).getBytes(UTF_8), NOW);
        generic.pipeInput("2", postOf("2", "2026-01-01T00:00:00Z", "z".repeat(2_000_000)), NOW);
        assertThat(tweets.readValue().post().marks().spans()).hasSize(1_000);
        assertThat(tweets.isEmpty()).isTrue();
        assertThat(books("cleanse-0").dead()).isEqualTo(1);
    }

    @Test
    void filtersWhatIsNotAPost() {
        ai.pipeInput(null, "{\"limit\": {\"track\": 1}}".getBytes(UTF_8), NOW);
        assertThat(tweets.isEmpty()).isTrue();
        assertThat(books("cleanse-0").filtered()).isEqualTo(Map.of("not-a-post", 1L));
    }

    @Test
    void reportsWhatEachMinuteOfATopicWasLike() {
        generic.pipeInput("1", post("1", "en", "a"), NOW);
        generic.pipeInput("1", post("1", "en", "a"), NOW);
        generic.pipeInput("2", postOf("2", "2025-12-31T20:00:00Z", "late"), NOW);
        generic.pipeInput("3", postOf("3", "2026-01-01T00:05:00Z", "early"), NOW);
        generic.pipeInput("4", "{".getBytes(UTF_8), NOW);
        ai.pipeInput("5", """
                {"id_str": "5", "full_text": "b", "user": {"id_str": "7"}, "created_at": "Thu Jan 01 00:00:00 +0000 2026"}""".getBytes(UTF_8), NOW);
        assertThat(output(Topics.SILVER_QUALITY).isEmpty()).isTrue();
        driver.advanceWallClockTime(Duration.ofMinutes(1));
        Map<String, Quality> minutes = output(Topics.SILVER_QUALITY).readKeyValuesToMap();
        assertThat(minutes)
                .containsOnlyKeys(
                        "2026-01-01T00:00:00Z/bronze.tweets.ai/0", "2026-01-01T00:00:00Z/bronze.tweets.generic/0");
        Quality quality = minutes.get("2026-01-01T00:00:00Z/bronze.tweets.generic/0");
        assertThat(quality.received()).isEqualTo(5);
        assertThat(quality.written()).isEqualTo(3);
        assertThat(quality.duplicate()).isEqualTo(1);
        assertThat(quality.dead()).isEqualTo(1);
        assertThat(quality.late()).isEqualTo(1);
        assertThat(quality.future()).isEqualTo(1);
        assertThat(quality.missing())
                .contains(new NamedCount("author_id", 4))
                .doesNotContain(new NamedCount("lang", 4));
        assertThat(quality.languages()).containsExactly(new NamedCount("en", 4));
        assertThat(quality.variants()).containsExactly(new NamedCount("v2-tweet", 4));
        assertThat(minutes.get("2026-01-01T00:00:00Z/bronze.tweets.ai/0").variants())
                .containsExactly(new NamedCount("v1-full-text", 1));
        driver.advanceWallClockTime(Duration.ofMinutes(1));
        assertThat(output(Topics.SILVER_QUALITY).isEmpty()).isTrue();
    }

    /** The last report of a step's books. */
    private Books books(String key) {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        return output(Topics.BOOKS_ENRICH_STREAMS).readKeyValuesToMap().get(key);
    }

    private static Topology topology() {
        return EnrichMain.topology(Silver.LIVE, CLEANSER, DUPLICATE_WINDOW, Duration.ofHours(1), new AdaRecognizer());
    }

    private TestInputTopic<String, byte[]> input(Topic<String, byte[]> topic) {
        return driver.createInputTopic(
                topic.name(), topic.keySerde().serializer(), topic.valueSerde().serializer());
    }

    private <V> TestOutputTopic<String, V> output(Topic<String, V> topic) {
        return driver.createOutputTopic(
                topic.name(),
                topic.keySerde().deserializer(),
                topic.valueSerde().deserializer());
    }

    private static String header(TestRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static byte[] postOf(String id, String createdAt, String text) {
        return """
                {"data": {"id": "%s", "lang": "en", "text": "%s", "created_at": "%s"}}""".formatted(id, text, createdAt).getBytes(UTF_8);
    }

    private static byte[] post(String id, String lang, String text) {
        return """
                {"data": {"id": "%s", "lang": "%s", "text": "%s", "created_at": "2026-01-01T00:00:00Z"}}""".formatted(id, lang, text).getBytes(UTF_8);
    }
}
