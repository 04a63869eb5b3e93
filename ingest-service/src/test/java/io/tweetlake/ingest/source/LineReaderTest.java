package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    @Test
    void endsLinesAtLfAndCrlf() throws IOException {
        assertThat(lines("a\nb\r\n\r\nc", 100)).containsExactly("a", "b", "", "c");
    }

    @Test
    void findsEveryLineEndWhereverItFallsInTheBuffer() throws IOException {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            String line = "\u000b\u0009é\u0080".repeat(random.nextInt(40)) + "x".repeat(random.nextInt(9));
            expected.add(line);
            text.append(line).append(random.nextBoolean() ? "\r\n" : "\n");
        }
        assertThat(lines(text.toString(), 100_000)).isEqualTo(expected);
    }

    @Test
    void aReturnThatIsCutOffFromItsLineIsNoPartOfIt() throws IOException {
        assertThat(lines("x".repeat(64 * 1024) + "\r\nnext", 100_000)).containsExactly("x".repeat(64 * 1024), "next");
        LineReader.Line line = reader("x".repeat(1_000) + "\r\n", 1_000).next();
        assertThat(line.isCut()).isFalse();
        assertThat(line.bytes()).hasSize(1_000);
    }

    @Test
    void givesNothingForNothing() throws IOException {
        assertThat(lines("", 100)).isEmpty();
        assertThat(lines("\n", 100)).containsExactly("");
    }

    @Test
    void cutsALineOverTheLimitAndGoesOnBehindIt() throws IOException {
        LineReader reader = reader("x".repeat(200_000) + "\nnext\n", 1_000);
        LineReader.Line line = reader.next();
        assertThat(line.bytes()).hasSize(1_000);
        assertThat(line.length()).isEqualTo(200_000);
        assertThat(line.isCut()).isTrue();
        assertThat(new String(reader.next().bytes(), UTF_8)).isEqualTo("next");
    }

    @Test
    void doesNotCutALineOfJustTheLimit() throws IOException {
        assertThat(reader("x".repeat(1_000) + "\n", 1_000).next().isCut()).isFalse();
    }

    @Test
    void deliversWhatCameOfALineBeforeItBrokeOff() throws IOException {
        InputStream broken =
                new SequenceInputStream(new ByteArrayInputStream("whole\nhal".getBytes(UTF_8)), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("broke off");
                    }
                });
        LineReader reader = new LineReader(broken, 100);
        assertThat(new String(reader.next().bytes(), UTF_8)).isEqualTo("whole");
        assertThat(new String(reader.next().bytes(), UTF_8)).isEqualTo("hal");
        assertThatThrownBy(reader::next).hasMessage("broke off");
    }

    private static List<String> lines(String text, int maxBytes) throws IOException {
        LineReader reader = reader(text, maxBytes);
        List<String> lines = new ArrayList<>();
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line.bytes(), UTF_8));
        }
        return lines;
    }

    private static LineReader reader(String text, int maxBytes) {
        return new LineReader(new ByteArrayInputStream(text.getBytes(UTF_8)), maxBytes);
    }
}
