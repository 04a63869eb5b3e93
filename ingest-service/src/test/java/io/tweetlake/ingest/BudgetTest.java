package io.tweetlake.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.Spend;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-02-01T00:00:00Z");

    @Test
    void holdsUntilMidnightWhenTheDayIsSpent() {
        Budget budget = budget(OptionalLong.of(10), OptionalLong.empty(), List.of());
        budget.took(9, NOON);
        assertThat(budget.exhaustedUntil(NOON)).isNull();
        budget.took(1, NOON);
        assertThat(budget.exhaustedUntil(NOON)).isEqualTo(MIDNIGHT);
        assertThat(budget.exhaustedUntil(MIDNIGHT)).isNull();
    }

    @Test
    void holdsUntilTheNextMonthWhenTheMonthIsSpent() {
        Instant early = Instant.parse("2026-01-02T00:00:00Z");
        Budget budget = budget(OptionalLong.empty(), OptionalLong.of(10), List.of());
        budget.took(4, early);
        budget.took(6, NOON);
        assertThat(budget.exhaustedUntil(NOON)).isEqualTo(MIDNIGHT);
    }

    @Test
    void countsWhatEarlierProcessesTook() {
        Spend earlier = new Spend("x", LocalDate.of(2026, 1, 31), 9);
        Spend searched = new Spend("x-search", LocalDate.of(2026, 1, 31), 100);
        Budget budget = budget(OptionalLong.of(110), OptionalLong.empty(), List.of(earlier, searched));
        assertThat(budget.exhaustedUntil(NOON)).isNull();
        budget.took(1, NOON);
        assertThat(budget.exhaustedUntil(NOON)).isNotNull();
        // Each source writes what it took itself.
        assertThat(budget.takeChanges()).containsExactly(new Spend("x", LocalDate.of(2026, 1, 31), 10));
        assertThat(budget.takeChanges()).isEmpty();
    }

    @Test
    void writesTheDayThatIsOverToo() {
        Budget budget = budget(OptionalLong.empty(), OptionalLong.empty(), List.of());
        budget.took(1, NOON);
        budget.took(2, MIDNIGHT);
        assertThat(budget.takeChanges())
                .containsExactly(
                        new Spend("x", LocalDate.of(2026, 1, 31), 1), new Spend("x", LocalDate.of(2026, 2, 1), 2));
    }

    @Test
    void countsNothingOfASourceThatIsFree() {
        Budget budget = Budget.free("bluesky");
        budget.took(5, NOON);
        assertThat(budget.takeChanges()).isEmpty();
        assertThat(budget.spent(NOON)).isZero();
    }

    @Test
    void knowsWhenFourFifthsAreGoneAndWhatTheMonthCosts() {
        Budget budget = budget(OptionalLong.of(1_000), OptionalLong.empty(), List.of());
        budget.took(799, NOON);
        assertThat(budget.isNearlyExhausted(NOON)).isFalse();
        budget.took(1, NOON);
        assertThat(budget.isNearlyExhausted(NOON)).isTrue();
        assertThat(budget.spent(NOON)).isEqualTo(4.0);
    }

    @Test
    void neverHoldsWithoutALimit() {
        Budget budget = budget(OptionalLong.empty(), OptionalLong.empty(), List.of());
        budget.took(1_000_000, NOON);
        assertThat(budget.exhaustedUntil(NOON)).isNull();
        assertThat(budget.isNearlyExhausted(NOON)).isFalse();
    }

    private static Budget budget(OptionalLong day, OptionalLong month, List<Spend> earlier) {
        return new Budget("x", day, month, 0.005, earlier);
    }
}
