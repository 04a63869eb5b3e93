package io.tweetlake.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times in the records' JSON. */
class InstantTextTest {
    record Row(Instant at) {}

    @Test
    void anyInstantIsWrittenAsItsOwnTextAndReadAgain() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            int places = new int[] {1, 1_000, 1_000_000, 1_000_000_000}[i % 4];
            Instant time = Instant.ofEpochSecond(
                    random.nextLong(-70_000_000_000L, 260_000_000_000L),
                    random.nextInt(1_000_000_000) / places * places);

            assertThat(InstantText.write(time)).isEqualTo(time.toString());
            assertThat(InstantText.read(time.toString())).isEqualTo(time);
        }
    }

    @Test
    void theFirstAndTheLastAreWrittenToo() {
        assertThat(InstantText.write(Instant.MIN)).isEqualTo(Instant.MIN.toString());
        assertThat(InstantText.write(Instant.MAX)).isEqualTo(Instant.MAX.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-02-29T23:59:59Z",
                "2024-02-29T23:59:59.1Z",
                "2024-02-29T23:59:59.000000001Z",
                "2024-02-29T24:00:00Z",
                "2016-12-31T23:59:60Z",
                "2024-02-29T23:59:59+01:00",
                "2024-02-29T23:59:59.Z",
                "+12024-02-29T23:59:59Z"
            })
    void whatTheFormatterReadsIsReadAlike(String text) throws Exception {
        assertThat(read(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2023-02-29T00:00:00Z",
                "2023-13-01T00:00:00Z",
                "2023-01-01T00:61:00Z",
                "2023-01-0xT00:00:00Z",
                "2023-01-01T00:00Z",
                "2023-01-01T25:00:00Z",
                "2023-01-01 00:00:00Z",
                "2023-01-01T00:00:00.1234567890Z"
            })
    void whatItRefusesIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(java.io.IOException.class);
    }

    private static Instant read(String text) throws Exception {
        return Json.read(("{\"at\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8), Row.class)
                .at();
    }
}
