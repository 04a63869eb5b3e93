package io.tweetlake.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeywordMatcherTest {
    private static final KeywordMatcher MATCHER = KeywordMatcher.ofAiKeywords();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#AI,",
                "AI.",
                "(AI)",
                "ai",
                "I love data science",
                "Machine\nLearning",
                "#MachineLearning!",
                "#ml is fun",
                "apache kafka",
                "deep  learning",
                "BIG DATA"
            })
    void matchesWholeTerms(String text) {
        assertThat(MATCHER.matches(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"said", "html", "5 ml of milk", "maid", "AIDS", "bigdatum", "the airflows", "éAI", ""})
    void doesNotMatchPartsOfWords(String text) {
        assertThat(MATCHER.matches(text)).isFalse();
    }
}
