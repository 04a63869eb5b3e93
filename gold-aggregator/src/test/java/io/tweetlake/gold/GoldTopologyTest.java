package io.tweetlake.gold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.Books;
import io.tweetlake.model.Entity;
import io.tweetlake.model.EntityCount;
import io.tweetlake.model.HashtagCount;
import io.tweetlake.model.Keys;
import io.tweetlake.model.Mentions;
import io.tweetlake.model.PlaceCount;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.model.Volume;
import io.tweetlake.runtime.kit.GoldenTopology;
import io.tweetlake.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoldTopologyTest {
    private static final Instant WINDOW = Instant.parse("2019-07-03T06:30:00Z");
    private static final Instant NEXT = WINDOW.plus(Duration.ofMinutes(5));
    private static final String KEY = WINDOW + "/300s/";

    @TempDir
    private Path state;

    private GoldDriver gold;

    @BeforeEach
    void start() {
        gold = new GoldDriver(state, List.of("5m"), Duration.ofHours(1), GoldDriver.HAPPY);
    }

    @AfterEach
    void stop() {
        gold.close();
    }

    @Test
    void isDescribedByItsGoldenFile() throws Exception {
        GoldenTopology.assertDescribes(
                "/gold-topology.txt",
                GoldDriver.topology(state, List.of("5m", "1h/10m"), Duration.ofHours(1), GoldDriver.HAPPY));
    }

    @Test
    void countsTheTweetsOfEachWindowOfThePostsOwnTime() throws Exception {
        gold.pipe(Posts.at(WINDOW).hashtags("a", "b"));
        gold.pipe(Posts.at(NEXT.minusSeconds(1)).hashtags("a"));
        gold.pipe(Posts.at(NEXT).hashtags("a"));
        Map<String, HashtagCount> counts = gold.gold(Topics.GOLD_HASHTAG_COUNTS);
        assertThat(counts).containsOnlyKeys(KEY + "a", KEY + "b", NEXT + "/300s/a");
        assertThat(counts.get(KEY + "a"))
                .isEqualTo(new HashtagCount(WINDOW, NEXT, "a", new Mentions("ai", "en", 2, 2, 0, 0), List.of()));
        assertThat(counts.get(NEXT + "/300s/a").total().mentions()).isEqualTo(1);
    }

    @Test
    void countsAPostInEveryHoppingWindowThatHoldsIt() throws Exception {
        try (GoldDriver hopping =
                new GoldDriver(state.resolve("hopping"), List.of("10m/5m"), Duration.ofHours(1), GoldDriver.HAPPY)) {
            hopping.pipe(Posts.at(NEXT).hashtags("a"));
            assertThat(hopping.gold(Topics.GOLD_HASHTAG_COUNTS)).containsOnlyKeys(WINDOW + "/600s/a", NEXT + "/600s/a");
        }
    }

    @Test
    void tellsOriginalsAndAuthorsApartFromMentions() throws Exception {
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("author_id", "1"));
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("author_id", "1"));
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("author_id", "2").with("repost_of", "7"));
        assertThat(gold.gold(Topics.GOLD_HASHTAG_COUNTS).get(KEY + "a").total())
                .isEqualTo(new Mentions("ai", "en", 3, 2, 2, 0));
    }

    @Test
    void givesTheFacetsThatSaySomethingElse() throws Exception {
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("author_id", "1"));
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("author_id", "1").with("lang", "de"));
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("author_id", "2").with("tier", "generic"));
        HashtagCount count = gold.gold(Topics.GOLD_HASHTAG_COUNTS).get(KEY + "a");
        assertThat(count.total()).isEqualTo(new Mentions(null, null, 3, 3, 2, 0));
        assertThat(count.facets())
                .containsExactly(
                        new Mentions("ai", "de", 1, 1, 1, 0),
                        new Mentions("ai", "en", 1, 1, 1, 0),
                        new Mentions("ai", null, 2, 2, 1, 0),
                        new Mentions("generic", "en", 1, 1, 1, 0),
                        new Mentions(null, "en", 2, 2, 2, 0));
    }

    @Test
    void takesALatePostIntoItsWindowWithinTheGrace() throws Exception {
        gold.pipe(Posts.at(WINDOW.plus(Duration.ofMinutes(60))).hashtags("a"));
        gold.pipe(Posts.at(WINDOW).hashtags("b"));
        assertThat(gold.gold(Topics.GOLD_HASHTAG_COUNTS)).containsKey(KEY + "b");
    }

    @Test
    void leavesOutAndCountsWhatIsLaterThanTheGrace() throws Exception {
        gold.pipe(Posts.at(WINDOW.plus(Duration.ofMinutes(61))).hashtags("a"));
        gold.pipe(Posts.at(WINDOW).hashtags("b"));
        assertThat(gold.gold(Topics.GOLD_HASHTAG_COUNTS)).doesNotContainKey(KEY + "b");
        assertThat(gold.books().get("split-tweets-0").filtered()).isEqualTo(Map.of("late", 1L));
    }

    @Test
    void aPostWithAFastClockMakesNoOtherLate() throws Exception {
        try (GoldDriver impatient =
                new GoldDriver(state.resolve("impatient"), List.of("5m"), Duration.ofSeconds(1), GoldDriver.HAPPY)) {
            impatient.pipe(
                    Posts.at(WINDOW.plus(Duration.ofMinutes(15))).seen(WINDOW).hashtags("a"));
            impatient.pipe(Posts.at(WINDOW).hashtags("b"));
            assertThat(impatient.gold(Topics.GOLD_HASHTAG_COUNTS)).containsKey(KEY + "b");
        }
    }

    @Test
    void leavesOutAndCountsAPostFromTheFuture() throws Exception {
        gold.pipe(Posts.at(WINDOW.plus(Duration.ofMinutes(16))).seen(WINDOW).hashtags("a"));
        assertThat(gold.gold(Topics.GOLD_HASHTAG_COUNTS)).isEmpty();
        assertThat(gold.books().get("split-tweets-0").filtered()).isEqualTo(Map.of("future", 1L));
    }

    @Test
    void countsAnEditedPostOnce() throws Exception {
        gold.pipe(Posts.at(WINDOW).hashtags("a"));
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("version", 2));
        assertThat(gold.gold(Topics.GOLD_HASHTAG_COUNTS).get(KEY + "a").total().mentions())
                .isEqualTo(1);
        assertThat(gold.books().get("split-tweets-0").filtered()).isEqualTo(Map.of("edit", 1L));
    }

    @Test
    void countsTheVersionThatWasMetFirst() throws Exception {
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("version", 3).with("first_met", true));
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("version", 1).with("first_met", false));
        assertThat(gold.gold(Topics.GOLD_HASHTAG_COUNTS).get(KEY + "a").total().mentions())
                .isEqualTo(1);
    }

    /** Each facet is a row that is written again with each mention. */
    @Test
    void facetsTellTheLanguagesWithMostMentionsApart() throws Exception {
        for (int lang = 0; lang < 100; lang++) {
            for (int post = 0; post <= lang % 3; post++) {
                gold.pipe(Posts.at(WINDOW)
                        .hashtags("a")
                        .with("lang", "l" + (100 + lang))
                        .with("author_id", lang + "/" + post));
            }
        }
        HashtagCount count = gold.gold(Topics.GOLD_HASHTAG_COUNTS).get(KEY + "a");
        assertThat(count.total().mentions()).isEqualTo(199);
        assertThat(count.facets()).hasSize(25);
        assertThat(count.facets())
                .filteredOn(facet -> facet.mentions() == 3)
                .hasSize(24)
                .first()
                .satisfies(facet -> assertThat(facet.lang()).isEqualTo("l102"));
        assertThat(count.facets())
                .filteredOn(facet -> "other".equals(facet.lang()))
                .singleElement()
                .satisfies(facet -> {
                    assertThat(facet.mentions()).isEqualTo(199 - 24 * 3);
                    assertThat(facet.authors()).isEqualTo(199 - 24 * 3);
                });
    }

    /** A day of a stream has millions of hashtags, and one author can make up as many. */
    @Test
    void whatIsRareInAFullWindowIsCountedInOneRow() throws Exception {
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("author_id", "1"));
        for (int post = 0; post < 100; post++) {
            gold.pipe(Posts.at(WINDOW).hashtags(madeUp(post)).with("author_id", "2"));
        }
        gold.pipe(Posts.at(WINDOW).hashtags("a").with("author_id", "3"));
        Map<String, HashtagCount> counts = gold.gold(Topics.GOLD_HASHTAG_COUNTS);
        assertThat(counts.get(KEY + "a").total()).isEqualTo(new Mentions("ai", "en", 2, 2, 2, 0));
        assertThat(counts).hasSizeBetween(GoldDriver.LIMIT, 3 * GoldDriver.LIMIT);
        assertThat(counts.get(KEY + Keys.OTHERS).total().authors()).isEqualTo(1);
        assertThat(counts.values().stream()
                        .mapToLong(count -> count.total().mentions())
                        .sum())
                .isEqualTo(2 + 100 * 100);
    }

    private static String[] madeUp(int post) {
        return IntStream.range(0, 100).mapToObj(i -> "h" + post + "x" + i).toArray(String[]::new);
    }

    /** Each mention writes all of a name's forms again. */
    @Test
    void aNameOfWhichEachPostHasItsOwnSpellingIsOneRow() {
        for (int post = 0; post < 200; post++) {
            String bits = Integer.toBinaryString(256 + post);
            gold.pipe(entities(
                    String.valueOf(post), "PERSON", bits.replace("0", "Ab").replace("1", "aB")));
        }
        for (int post = 0; post < 3; post++) {
            gold.pipe(entities("again " + post, "PERSON", "aBAbAbAbAbAbAbAbAb"));
        }
        assertThat(gold.gold(Topics.GOLD_ENTITY_COUNTS).get(KEY + "PERSON/ababababababababab"))
                .satisfies(count -> {
                    assertThat(count.total().mentions()).isEqualTo(203);
                    assertThat(count.entity()).isEqualTo("aBAbAbAbAbAbAbAbAb");
                });
    }

    /** What failed in a timestamp extractor once ended the service for good. */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"null", "{}", "[]", "", "{\"created_at\":null}", "not json"})
    void whatIsNoRecordIsADeadLetterAndNoEnd(String value) throws Exception {
        byte[] bytes = value == null ? null : value.getBytes(UTF_8);
        gold.pipe(Topics.SILVER_TWEETS, bytes);
        gold.pipe(Topics.SILVER_ENTITIES, bytes);
        gold.pipe(Posts.at(WINDOW).hashtags("a"));
        assertThat(gold.gold(Topics.GOLD_HASHTAG_COUNTS).get(KEY + "a").total().mentions())
                .isEqualTo(1);
    }

    @Test
    void countsVolumeByTierAndLanguage() throws Exception {
        gold.pipe(Posts.at(WINDOW));
        gold.pipe(Posts.at(WINDOW).with("repost_of", "7").with("quote_of", "8"));
        gold.pipe(Posts.at(WINDOW).with("lang", "de").with("reply_to", "9"));
        assertThat(gold.gold(Topics.GOLD_VOLUME))
                .isEqualTo(Map.of(
                        KEY + "ai/en", new Volume(WINDOW, NEXT, "ai", "en", 2, 1, 0, 1, WINDOW),
                        KEY + "ai/de", new Volume(WINDOW, NEXT, "ai", "de", 1, 0, 1, 0, WINDOW)));
    }

    @Test
    void countsVolumeInEachWindowThatHoldsAPostHoweverTheyOverlap() throws Exception {
        gold.close();
        gold = new GoldDriver(state, List.of("10m", "15m/5m"), Duration.ofHours(1), GoldDriver.HAPPY);
        for (int minute = 0; minute < 20; minute++) {
            gold.pipe(Posts.at(WINDOW.plus(Duration.ofMinutes(minute))));
        }
        Map<String, Long> tweets = new TreeMap<>();
        gold.gold(Topics.GOLD_VOLUME)
                .forEach((key, volume) -> tweets.put(key.substring(11, 16) + key.substring(20, 25), volume.posts()));
        assertThat(tweets)
                .isEqualTo(Map.of(
                        "06:30/600s", 10L,
                        "06:40/600s", 10L,
                        "06:20/900s", 5L,
                        "06:25/900s", 10L,
                        "06:30/900s", 15L,
                        "06:35/900s", 15L,
                        "06:40/900s", 10L,
                        "06:45/900s", 5L));
    }

    @Test
    void countsPlacesNoFinerThanFiveDegrees() throws Exception {
        gold.pipe(Posts.at(WINDOW)
                .with("geo_country", "CH")
                .with("geo_lat", 47.37)
                .with("geo_lon", 8.54));
        gold.pipe(Posts.at(WINDOW).with("geo_lat", -0.1).with("geo_lon", -78.5));
        gold.pipe(Posts.at(WINDOW).with("geo_country", "IN"));
        gold.pipe(Posts.at(WINDOW));
        assertThat(gold.gold(Topics.GOLD_PLACE_COUNTS).values())
                .containsExactlyInAnyOrder(
                        new PlaceCount(WINDOW, NEXT, "CH", "N45E005", 1),
                        new PlaceCount(WINDOW, NEXT, "--", "S05W080", 1),
                        new PlaceCount(WINDOW, NEXT, "IN", "--", 1));
    }

    @Test
    void countsAnEntityOnceAPostHoweverItIsWritten() {
        gold.pipe(entities("1", "LOCATION", "New  York", "NEW YORK", "new york"));
        gold.pipe(entities("2", "LOCATION", "New York"));
        gold.pipe(entities("3", "LOCATION", "New York"));
        gold.pipe(entities("4", Entity.HASHTAG, "#newyork"));
        assertThat(gold.gold(Topics.GOLD_ENTITY_COUNTS))
                .isEqualTo(Map.of(
                        KEY + "LOCATION/new york",
                        new EntityCount(
                                WINDOW,
                                NEXT,
                                "LOCATION",
                                "new york",
                                "New York",
                                new Mentions("ai", "en", 3, 3, 3, 0),
                                List.of())));
        assertThat(gold.books().get("split-entities-0").filtered()).isEqualTo(Map.of("no-entity", 1L));
    }

    @Test
    void keepsItsBooks() throws Exception {
        gold.pipe(Posts.at(WINDOW).hashtags("a", "b"));
        gold.pipe(Posts.at(WINDOW));
        assertThat(gold.books().get("split-tweets-0"))
                .isEqualTo(new Books("split-tweets-0", 2, Map.of("gold.volume", 2L), 0, Map.of(), 0));
    }

    private static TweetEntities entities(String id, String type, String... texts) {
        return new TweetEntities(
                id,
                WINDOW,
                "en",
                List.of(texts).stream()
                        .map(text -> new Entity(text, type, 0, text.length(), "x"))
                        .toList(),
                WINDOW,
                "ai",
                1,
                true,
                "author " + id,
                null);
    }
}
