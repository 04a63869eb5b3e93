package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonValueReaderTest {
    private static final String A = "{\"a\": [1, {\"b\": \"}{\\\"\"}]}";
    private static final String B = "{\"id\":2}";

    /** The letters A and B stand for values, | for a line end. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "A|B|; A,B",
                "A|B; A,B",
                "|||  A||B||; A,B",
                "# a comment|// another|A|B; A,B",
                "AB|; A,B",
                "A,|B,|; A,B",
                "A B|  A|B|; A,B,A,B",
                "[A,B]; A,B",
                "[|  A,|  B|]|; A,B",
                "[|  A|,|  B|]|[]|A; A,B,A",
                "window.YTD.tweets.part0 = [A,B]; A,B",
                "window.YTD.tweets.part0 = [ |A,|B|]; A,B",
                "Grailbird.data.tweets_2013_05 = | [ A, B ]~|; A,B",
                "var a = A~|; A",
                "{|  \"a\": A,|  \"b\": [|    B|  ]|}|B; '{|  \"a\": A,|  \"b\": [|    B|  ]|}',B",
                "A|not json|B|; A,not json,B",
                "A|not|json|B|; A,not,json,B",
                "{\"id\": 1, \"te|B|; '{\"id\": 1, \"te',B",
                "{\"id\": 1, \"b\":|B|A|; '{\"id\": 1, \"b\":',B,A",
                "A|{\"id\": 1, \"te; 'A','{\"id\": 1, \"te'",
                "A}|; A,}",
                "head of a log|more of it|A|B; head of a logmore of it,A,B"
            })
    void findsEachValueWhereverItsLinesBreak(String text, String values) throws IOException {
        String whole = values(text.strip());
        for (int chunk : List.of(1, 3, 7, 100_000)) {
            assertThat(read(whole, chunk)).as("in pieces of %d", chunk).containsExactly(expected(values.strip()));
        }
    }

    private static String[] expected(String values) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (char c : values.toCharArray()) {
            if (c == '\'') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                parts.add(values(part.toString()));
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(values(part.toString()));
        return parts.toArray(String[]::new);
    }

    private static String values(String text) {
        return text.replace("~", ";").replace("|", "\n").replace("A", A).replace("B", B);
    }

    @Test
    void aListWithoutAnEndIsDamaged() {
        assertThatThrownBy(() -> read("[" + A + "," + B, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no end");
    }

    @Test
    void aTextWithoutAnyValueIsNoJson() throws IOException {
        JsonValueReader reader = reader("id,text\n1,words\n", 10);
        assertThat(reader.next()).isNull();
        assertThat(reader.isJson()).isFalse();
        JsonValueReader empty = reader("\n \n# nothing yet\n", 10);
        assertThat(empty.next()).isNull();
        assertThat(empty.isJson()).isTrue();
    }

    @Test
    void aListOfAnyLengthIsReadItemByItem() throws IOException {
        String list = "[" + (B + ",").repeat(500_000) + B + "]";
        assertThat(read(list, 1 << 20)).hasSize(500_001);
    }

    /** What lies across the borders of what is read at once. */
    @Test
    void aListMayBeginAnywhere() throws IOException {
        for (int blanks = 65_500; blanks < 65_540; blanks++) {
            assertThat(read(" ".repeat(blanks) + "[ \n  " + A + ",\n  " + B + "]\n" + A, 100_000))
                    .as("%d blanks", blanks)
                    .containsExactly(A, B, A);
            assertThat(read(" ".repeat(blanks) + "var x = [ " + A + "]", 100_000))
                    .as("%d blanks", blanks)
                    .hasSizeBetween(1, 2);
        }
    }

    @Test
    void ofAValueOverTheLimitOnlyThatMuchIsKept() throws IOException {
        JsonValueReader reader = reader("{\"a\": \"" + "x".repeat(5_000) + "\"}" + B, 100_000);
        LineReader.Line cut = reader.next();
        assertThat(cut.isCut()).isTrue();
        assertThat(cut.bytes()).hasSize(1_000);
        assertThat(new String(reader.next().bytes(), UTF_8)).isEqualTo(B);
    }

    @Test
    void saysWhichValuesMayGoOn() throws IOException {
        assertThat(openValuesOf(A + "\n" + B)).isEqualTo(1);
        assertThat(openValuesOf(A + "\n" + B + "\n")).isEqualTo(1);
        assertThat(openValuesOf(A + "\n" + A + B + "\n")).isEqualTo(2);
        assertThat(openValuesOf(A + "\n{\n\"a\": [\n{\"b\": 1},\n{\"c\"")).isEqualTo(3);
    }

    private static int openValuesOf(String text) throws IOException {
        JsonValueReader reader = reader(text, 100);
        while (reader.next() != null) {
            // to the end
        }
        return reader.open();
    }

    @Test
    void anItemThatIsNoValueCostsNothingBehindIt() throws IOException {
        assertThat(read("[" + A + ",null," + B + ",\"x],\\\"\",7]\n" + B, 10))
                .containsExactly(A, "null", B, "\"x],\\\"\"", "7", B);
        assertThat(read(A + "\n[2020-01-01] a log line\n" + B, 10)).containsExactly(A, "[2020-01-01] a log line", B);
    }

    /** However they are broken, no byte of a value is lost, and each takes its time. */
    @Test
    @Timeout(60)
    void whateverIsBrokenEachSoundLineBehindIsRead() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            int sound = 0;
            for (int i = 0; i < 200; i++) {
                String value = "{\"id\":" + i + ",\"text\":\"}{][\\\"\",\"list\":[{\"a\":[]},{}]}";
                if (random.nextInt(4) == 0) {
                    text.append(value, 0, 1 + random.nextInt(value.length() - 1))
                            .append('\n');
                    // Where one is cut, the next line may complete it to a value that nobody wrote; that is one loss.
                    text.append("{\"id\":-1}\n");
                } else {
                    text.append(value).append('\n');
                    sound++;
                }
            }
            int chunk = 1 + random.nextInt(300);
            long whole = read(text.toString(), chunk).stream()
                    .filter(value ->
                            value.startsWith("{\"id\":") && !value.startsWith("{\"id\":-1") && value.endsWith("{}]}"))
                    .count();
            assertThat(whole).as("seed %d", seed).isGreaterThanOrEqualTo(sound);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"a\":\n'",
        "'{\"a\":1,\n'",
        "'[\n'",
        "'{\n'",
        "'{\"a\":[1,\n'",
        "'{\"a\":[\n'",
        "'x\n'",
        "'{}'",
        "'{},'",
        "'}'",
        "']\n'",
        "'a=[]'",
        "'{}a={}'",
        "'[1,'",
        "'{\"a\": \"\n'"
    })
    @Timeout(20)
    void nothingTakesLongerThanItsLengthIsWorth(String unit) {
        try {
            assertThat(read(unit.repeat(8_000_000 / unit.length()), 1 << 16)).isNotNull();
        } catch (IOException endless) {
            assertThat(endless).hasMessageContaining("no end");
        }
    }

    private static List<String> read(String text, int chunk) throws IOException {
        JsonValueReader reader = reader(text, chunk);
        List<String> values = new ArrayList<>();
        for (LineReader.Line value = reader.next(); value != null; value = reader.next()) {
            values.add(new String(value.bytes(), UTF_8));
        }
        return values;
    }

    private static JsonValueReader reader(String text, int chunk) {
        InputStream pieces = new ByteArrayInputStream(text.getBytes(UTF_8)) {
            @Override
            public synchronized int read(byte[] bytes, int from, int length) {
                return super.read(bytes, from, Math.min(chunk, length));
            }
        };
        return new JsonValueReader(pieces, 1_000);
    }
}
