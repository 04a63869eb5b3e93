package io.tweetlake.nlp.cleansing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code cleansing-cases.tsv} is the specification. */
class TweetTextTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void holdsForEachCase(String what, String delivered, String text, String cleaned) {
        assertThat(TweetText.readable(delivered)).isEqualTo(text);
        assertThat(TweetText.cleaned(text)).isEqualTo(cleaned);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void cleaningTwiceChangesNothing(String what, String delivered, String text, String cleaned) {
        assertThat(TweetText.cleaned(cleaned)).isEqualTo(cleaned);
    }

    static Stream<Arguments> cases() throws IOException, URISyntaxException {
        Path file = Path.of(Objects.requireNonNull(TweetTextTest.class.getResource("/cleansing-cases.tsv"))
                .toURI());
        return Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> {
                    String[] columns = line.split("\t");
                    String text = unescaped(columns[2]);
                    return Arguments.of(
                            columns[0], unescaped(columns[1]), text, columns.length > 3 ? unescaped(columns[3]) : text);
                });
    }

    private static String unescaped(String cell) {
        String text = cell.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
        return Pattern.compile("\\\\u([0-9a-f]{4})")
                .matcher(text)
                .replaceAll(
                        match -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(match.group(1), 16))));
    }
}
