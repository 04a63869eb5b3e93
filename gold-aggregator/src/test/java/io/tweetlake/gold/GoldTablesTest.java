package io.tweetlake.gold;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.gold.GoldTables.Row;
import io.tweetlake.model.HashtagCount;
import io.tweetlake.model.Keys;
import io.tweetlake.model.Mentions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldTablesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void oneRowAnswersEverythingWhileAllPostsHaveOneTierAndLanguage() {
        assertThat(scopes(mentions("ai", "en", 3))).containsExactly("ai/en 15 3");
    }

    @Test
    void eachQuestionIsAnsweredByOneRow() {
        List<String> rows = scopes(
                mentions(null, null, 4),
                mentions("ai", "de", 1),
                mentions("ai", "en", 1),
                mentions("ai", null, 2),
                mentions("generic", "en", 2),
                mentions(null, "en", 3));
        assertThat(rows)
                .containsExactly(
                        "/ 1 4", // all
                        "ai/de 12 1", // ai and German, German
                        "ai/en 8 1",
                        "ai/ 2 2",
                        "generic/en 10 2", // generic and English, generic
                        "/en 4 3");
    }

    @Test
    void aTotalOfOneTierAnswersForTheTier() {
        assertThat(scopes(mentions("ai", null, 2), mentions("ai", "de", 1), mentions("ai", "en", 1)))
                .containsExactly("ai/ 3 2", "ai/de 12 1", "ai/en 12 1");
    }

    /** The page ranks what has scopes; SQL sees the row. */
    @Test
    void whatManyThingsShareIsOneRowThatRanksNowhere() {
        HashtagCount others = new HashtagCount(
                START,
                START.plusSeconds(300),
                Keys.OTHERS,
                mentions(null, null, 4),
                List.of(mentions("ai", "en", 2), mentions("generic", "en", 2)));
        assertThat(GoldTables.rows(others)).singleElement().satisfies(row -> assertThat(row.values())
                .contains(Keys.OTHERS, 4L, 0));
    }

    @Test
    void textThatPostgresCannotHoldIsMadeStorable() {
        List<Row> rows = GoldTables.rows(new HashtagCount(
                START, START.plusSeconds(300), "a\0" + "b".repeat(1_000), mentions("ai", "en", 1), List.of()));
        assertThat((String) rows.get(0).values().get(1)).startsWith("a\uFFFDb").hasSize(281);
    }

    private static Mentions mentions(String tier, String lang, long mentions) {
        return new Mentions(tier, lang, mentions, mentions, 1, 0);
    }

    /** Tier, language, scopes and mentions of each row. */
    private static List<String> scopes(Mentions total, Mentions... facets) {
        HashtagCount count = new HashtagCount(START, START.plus(Duration.ofMinutes(5)), "a", total, List.of(facets));
        return GoldTables.rows(count).stream()
                .map(Row::values)
                .map(values -> values.get(3) + "/" + values.get(4) + " " + values.get(5) + " " + values.get(6))
                .toList();
    }
}
