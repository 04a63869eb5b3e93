package io.tweetlake.nlp.cleansing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageDetectorTest {
    private static final LanguageDetector DETECTOR = new LanguageDetector();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en | what a lovely morning, the whole team went out for a walk along the river",
                "de | heute ist das Wetter wirklich schön und wir gehen alle zusammen spazieren",
                "es | hoy hace muy buen tiempo y nos vamos todos juntos a la playa",
                "ja | 今日はとても天気がいいので散歩に行きましょう",
                "ar | الطقس جميل جدا اليوم وسوف نذهب جميعا للتنزه",
                "ko | 오늘은 날씨가 정말 좋아서 산책을 가려고 합니다",
            })
    void detects(String language, String text) {
        assertThat(DETECTOR.detect(text)).isEqualTo(language);
        assertThat(DETECTOR.detect(text)).isEqualTo(language);
    }

    @Test
    void doesNotGuessFromALaughOrAnAddress() {
        assertThat(DETECTOR.detect("haha")).isEqualTo("und");
        assertThat(DETECTOR.detect("@somebody_with_a_name #WithATag")).isEqualTo("und");
        assertThat(DETECTOR.detect("")).isEqualTo("und");
    }
}
