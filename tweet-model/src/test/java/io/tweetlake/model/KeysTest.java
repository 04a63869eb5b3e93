package io.tweetlake.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {

    @ParameterizedTest
    @CsvSource({
        "COVID19, covid19",
        "Äänestys, äänestys",
        "ÉQUIPE, équipe",
        "İstanbul, istanbul",
        "ΟΔΟΣ, οδοσ",
        "οδος, οδοσ",
        "ＡＩ, ai",
        "ﬁn, fin",
        "ﾃｽﾄ, テスト",
        "ısı, ısı",
        "𐐀, 𐐨"
    })
    void aHashtagHasOneKeyInAnyCaseAndWidth(String hashtag, String key) {
        assertThat(Keys.hashtag(hashtag)).isEqualTo(key);
        assertThat(Keys.hashtag(key)).isEqualTo(key);
    }

    @Test
    void theTableIsUnicodes() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            boolean whole = point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE;
            int folded = point == 'ı' ? point : Character.toLowerCase(Character.toUpperCase(point));
            if (whole) {
                assertThat(Keys.fold(Character.toString(point)).codePointAt(0))
                        .as("U+%04X", point)
                        .isEqualTo(folded);
            }
        }
    }

    @Test
    void anEntityIsComposedAndSingleSpaced() {
        assertThat(Keys.entity(" Cafe\u0301 \n  Noir ")).isEqualTo("café noir");
    }

    @Test
    void aHashtagHasABound() {
        assertThatThrownBy(() -> Keys.hashtag("a".repeat(501))).isInstanceOf(IllegalArgumentException.class);
    }
}
