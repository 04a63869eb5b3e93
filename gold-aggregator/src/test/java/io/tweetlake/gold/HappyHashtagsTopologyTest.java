package io.tweetlake.gold;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.Books;
import io.tweetlake.model.HappyHashtag;
import io.tweetlake.model.Smiles;
import io.tweetlake.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The two test vectors of an earlier implementation (mkliment/twitter-analytics), as numbers: how many smiles a post
 * has, its hashtags, its age, its batch.
 */
class HappyHashtagsTopologyTest {
    private static final Instant NOW = Instant.parse("2021-06-01T12:42:00Z");
    private static final List<String> TIED_AT_3 = List.of(":):):)", "someE0", "someE1", "someE2", "someI0", "someI1");

    private record Row(int batch, int smiles, int ageHours, String... hashtags) {}

    private static final List<Row> EVENT_TIME = List.of(
            new Row(1, 0, 0, "someA0", "someA1", "someA2"),
            new Row(1, 1, 0, "someI1", "someB1", "someB2"),
            new Row(1, 0, 0, "someC0", "someC1", "someC2"),
            new Row(1, 0, 0, "someD0", "someD1", "someD2"),
            new Row(1, 3, 0, "someE0", "someE1", "someE2"),
            new Row(1, 0, 0, "someF0", "someF1", "someF2"),
            new Row(1, 5, 2, "someG0", "someG1", "someG2"),
            new Row(1, 0, 0, "someH0", "someH1", "someH2"),
            new Row(1, 3, 0, "someI0", "someI1", ":):):)"),
            new Row(1, 0, 0, "someJ0", "someJ1", "someJ2"),
            new Row(1, 2, 0, "someK0", "someK1", "someI1"),
            new Row(1, 1, 0, "someL0", "someI1", "someL2"),
            new Row(1, 6, 0, "someS1"));

    private static final List<Row> SLIDING = List.of(
            new Row(1, 0, 0, "someA0", "someA1", "someA2"),
            new Row(1, 1, 0, "someI1", "someB1", "someB2"),
            new Row(1, 0, 0, "someC0", "someC1", "someC2"),
            new Row(1, 0, 0, "someD0", "someD1", "someD2"),
            new Row(2, 3, 0, "someE0", "someE1", "someE2"),
            new Row(2, 0, 0, "someF0", "someF1", "someF2"),
            new Row(2, 5, 2, "someG2"),
            new Row(2, 0, 0, "someH0", "someH1", "someH2"),
            new Row(3, 3, 0, "someI0", "someI1", ":):):)"),
            new Row(3, 0, 0, "someJ0", "someJ1", "someJ2"),
            new Row(3, 2, 0, "someK0", "someK1", "someI1"),
            new Row(3, 1, 0, "someL0", "someI1", "someL2"));

    @TempDir
    private Path state;

    @Test
    void theMostSmilesOfOnePostInThePastHourWin() throws Exception {
        List<HappyHashtag> ranked = ranked(EVENT_TIME, GoldDriver.HAPPY, Smiles::maxSmiles);
        assertThat(ranked.get(0).hashtag()).isEqualTo("someS1");
        assertThat(ranked.get(0).total().maxSmiles()).isEqualTo(6);
        assertThat(ranked.subList(1, 7)).extracting(HappyHashtag::hashtag).isEqualTo(TIED_AT_3);
        assertThat(ranked).extracting(HappyHashtag::hashtag).doesNotContain("someG0", "someG1", "someG2", "someA0");
    }

    @Test
    void theMostSmilesOfAllPostsInThePastHourWin() throws Exception {
        List<HappyHashtag> ranked = ranked(EVENT_TIME, GoldDriver.HAPPY, Smiles::sumSmiles);
        assertThat(ranked).extracting(HappyHashtag::hashtag).startsWith("someI1", "someS1");
        assertThat(ranked).extracting(row -> row.total().sumSmiles()).startsWith(7L, 6L);
    }

    @Test
    void aSlidingWindowByArrivalTakesOldPosts() throws Exception {
        List<HappyHashtag> ranked = ranked(SLIDING, sliding(true), Smiles::maxSmiles);
        assertThat(ranked.get(0).hashtag()).isEqualTo("someG2");
        assertThat(ranked.get(0).total().maxSmiles()).isEqualTo(5);
    }

    @Test
    void aSlidingWindowOfThePostsOwnTimeLeavesThemOut() throws Exception {
        List<HappyHashtag> ranked = ranked(SLIDING, sliding(false), Smiles::maxSmiles);
        assertThat(ranked.subList(0, 6)).extracting(HappyHashtag::hashtag).isEqualTo(TIED_AT_3);
        assertThat(ranked).extracting(HappyHashtag::hashtag).doesNotContain("someG2");
    }

    @Test
    void saysWhyAPostDoesNotCount() throws Exception {
        Happiness english = new Happiness(List.of(WindowConfig.of("1h")), Set.of(), Set.of("en"), false);
        try (GoldDriver gold = new GoldDriver(state, List.of("5m"), Duration.ofHours(1), english)) {
            gold.pipe(post(0, 0, "a"));
            gold.pipe(post(1, 0).hashtags(List.of()));
            gold.pipe(post(1, 0, "a").with("lang", "de"));
            gold.pipe(post(1, 2, "a"));
            gold.pipe(post(1, 0, "a"));
            Books books = gold.books().get("split-smiles-0");
            assertThat(books.filtered())
                    .isEqualTo(Map.of("no-smile", 1L, "no-hashtag", 1L, "language", 1L, "late", 1L));
            assertThat(books.written()).isEqualTo(Map.of(Topics.GOLD_HAPPY_HASHTAGS.name(), 1L));
        }
    }

    @Test
    void aSetOfSmilesIsASetting() throws Exception {
        Happiness cats = new Happiness(List.of(WindowConfig.of("1h")), Set.of("😸", "😺"), Set.of(), false);
        try (GoldDriver gold = new GoldDriver(state, List.of("5m"), Duration.ofHours(1), cats)) {
            gold.pipe(post(9, 0, "a").emoji("😸", "😀", "😺", "😸"));
            assertThat(gold.gold(Topics.GOLD_HAPPY_HASHTAGS).values())
                    .extracting(row -> row.total().sumSmiles())
                    .containsExactly(3L);
        }
    }

    private static Happiness sliding(boolean byArrival) {
        return new Happiness(List.of(WindowConfig.of("16s/2s")), Set.of(), Set.of("en"), byArrival);
    }

    /** The rows of the last window that holds all that is not old, the happiest first, equals by name. */
    private List<HappyHashtag> ranked(List<Row> rows, Happiness happiness, ToLongFunction<Smiles> smiles)
            throws Exception {
        try (GoldDriver gold = new GoldDriver(state, List.of("5m"), Duration.ofHours(1), happiness)) {
            int newest = Collections.max(rows, comparing(Row::batch)).batch();
            for (Row row : rows) {
                Instant seen = NOW.minusSeconds(2L * (newest - row.batch()));
                gold.pipe(Posts.at(seen.minus(Duration.ofHours(row.ageHours())))
                        .seen(seen)
                        .hashtags(row.hashtags())
                        .with("happy_emoticons", row.smiles()));
            }
            Instant firstSeen = NOW.minusSeconds(2L * (newest - 1));
            Map<String, HappyHashtag> all = gold.gold(Topics.GOLD_HAPPY_HASHTAGS);
            Instant last = all.values().stream()
                    .map(HappyHashtag::windowStart)
                    .filter(start -> !start.isAfter(firstSeen))
                    .max(Instant::compareTo)
                    .orElseThrow();
            return all.values().stream()
                    .filter(row -> row.windowStart().equals(last))
                    .sorted(comparing((HappyHashtag row) -> -smiles.applyAsLong(row.total()))
                            .thenComparing(HappyHashtag::hashtag))
                    .toList();
        }
    }

    private static Posts post(int smiles, int ageHours, String... hashtags) {
        return Posts.at(NOW.minus(Duration.ofHours(ageHours)))
                .seen(NOW)
                .hashtags(hashtags)
                .with("happy_emoji", smiles);
    }
}
