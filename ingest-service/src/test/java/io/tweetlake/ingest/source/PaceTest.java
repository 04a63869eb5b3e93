package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tweetlake.runtime.config.InvalidConfigException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

    @Test
    void spreadsMessagesEvenly() {
        Pace pace = Pace.of("100");
        long first = pace.dueAt(tweet(0));
        assertThat(pace.dueAt(tweet(0)) - first).isEqualTo(10 * MILLISECOND);
        assertThat(pace.dueAt(tweet(0)) - first).isEqualTo(20 * MILLISECOND);
    }

    @Test
    void keepsTheRecordedPaceTimesAFactor() {
        Pace pace = Pace.of("x10");
        long first = pace.dueAt(tweet(0));
        assertThat(pace.dueAt(tweet(1_000)) - first).isEqualTo(100 * MILLISECOND);
        // Out of order, and without a time: with the one before.
        assertThat(pace.dueAt(tweet(500)) - first).isEqualTo(100 * MILLISECOND);
        assertThat(pace.dueAt("{}".getBytes(UTF_8)) - first).isEqualTo(100 * MILLISECOND);
        assertThat(pace.dueAt(tweet(2_000)) - first).isEqualTo(200 * MILLISECOND);
    }

    @Test
    void waitsForNothingBetweenDays() {
        Pace pace = Pace.of("x1");
        pace.dueAt(tweet(0));
        assertThat(pace.dueAt(tweet(86_400_000))).isCloseTo(System.nanoTime(), within(1_000 * MILLISECOND));
        assertThat(pace.dueAt(tweet(0))).isCloseTo(System.nanoTime(), within(1_000 * MILLISECOND));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "0", "-1", "x", "x0", "1x", "x1e9"})
    void refusesWhatIsNoPace(String rate) {
        assertThatThrownBy(() -> Pace.of(rate)).isInstanceOf(InvalidConfigException.class);
    }

    private static byte[] tweet(long millis) {
        return "{\"id_str\":\"1\",\"text\":\"a\",\"user\":{},\"timestamp_ms\":\"%d\"}"
                .formatted(1_562_135_401_657L + millis)
                .getBytes(UTF_8);
    }
}
