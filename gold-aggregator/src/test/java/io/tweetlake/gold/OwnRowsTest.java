package io.tweetlake.gold;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnRowsTest {
    private static final int LIMIT = 1_000;
    private static final long WINDOW = Duration.ofMinutes(5).toMillis();
    private static final long NOW = 1_000 * WINDOW;

    private static final List<WindowConfig> WINDOWS = List.of(WindowConfig.of("5m"), WindowConfig.of("1h"));

    private final OwnRows rows = new OwnRows(WINDOWS, new OwnRows.Limit(LIMIT, true));

    @Test
    void theFirstThingsHaveRowsInEachSizeOfWindows() {
        for (int thing = 0; thing < LIMIT; thing++) {
            assertThat(rows.of("thing " + thing, NOW, NOW)).isEqualTo(0b11);
        }
        assertThat(rows.of("thing 7", NOW, NOW)).isEqualTo(0b11);
    }

    @Test
    void eachWindowHasThingsOfItsOwn() {
        fill(NOW);
        assertThat(isOwn("another", NOW)).isFalse();
        assertThat(rows.of("another", NOW + WINDOW, NOW + WINDOW)).isEqualTo(0b01);
        assertThat(rows.of("x7", NOW, NOW + WINDOW) & 1).isEqualTo(1);
    }

    /** A search gives the newest first, and a folder of files is in no order at all. */
    @Test
    void theOrderOfAnArchiveIsNothingToGoBy() {
        OwnRows any = new OwnRows(WINDOWS, new OwnRows.Limit(LIMIT, false));
        for (int hour = 0; hour < 2_000; hour++) {
            for (int thing = 0; thing < 50; thing++) {
                long at = NOW - hour * 12 * WINDOW;
                assertThat(any.of("h" + hour + "x" + thing, at, NOW)).isEqualTo(0b11);
            }
        }
    }

    /** What comes late and is mentioned by many must be found. */
    @Test
    void aThingWithTwoThousandthsOfWhatIsLeftOverGetsARow() {
        fill(NOW);
        Random random = new Random(20_261_201);
        int mentions = 0;
        for (int post = 0; post < 200_000; post++) {
            isOwn("rare " + random.nextLong(), NOW);
            if (post % 400 == 0) {
                mentions += isOwn("frequent", NOW) ? 1 : 0;
            }
        }
        assertThat(mentions).isGreaterThan(400);
    }

    /** Whatever the posts mention, as often as they like, at whatever time they claim. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 20, 100, 1_000})
    void whatPostsMakeUpIsBounded(int repeats) {
        // One limit of the present window, one of the one before, and one of all others.
        long limits = 3L * LIMIT;
        Random random = new Random(repeats);
        Set<String> own = new HashSet<>();
        int mentions = 300_000;
        for (int i = 0; i < mentions; i++) {
            String thing = "thing " + random.nextInt(mentions / repeats);
            long window = repeats % 2 == 0 ? 0 : Math.abs(thing.hashCode() % 288);
            if (isOwn(thing, NOW - window * WINDOW)) {
                own.add(thing + "/" + window);
            }
        }
        assertThat(own.size()).isLessThan((int) (limits + 1_000 * (1 + Math.log(mentions))));
    }

    private void fill(long clock) {
        // A thousand more get rows as the first of those that are left over.
        for (int thing = 0; thing < 3 * LIMIT; thing++) {
            rows.of("x" + thing, clock, clock);
        }
    }

    private boolean isOwn(String thing, long at) {
        return (rows.of(thing, at, NOW) & 1) == 1;
    }
}
