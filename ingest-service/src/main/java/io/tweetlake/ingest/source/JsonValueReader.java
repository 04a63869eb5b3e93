package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON values of a text: one a line as streams and twarc write them, several in a line, one over many lines,
 * or the items of a list, also of one that a script assigns ({@code window.YTD.tweets.part0 = […]}). Blank lines, byte
 * order marks, record separators and zeros stand between values. What is no value is given line by line as it is, for
 * the parser to say why; what stands before the first value is given once, comments left out. Memory is bounded
 * whatever comes: of what is over the limit only that much is kept. Not thread-safe.
 */
final class JsonValueReader {
    /** Of an assignment, what stands before its value; the value may begin a line later. */
    private static final Pattern ASSIGNMENT =
            Pattern.compile("^(?:var |let |const )?[A-Za-z_$][\\w$.]{0,200}(?:\\s*=\\s*(?=[\\[{])|\\s+=\\s*$)");

    private static final Pattern COMMENT = Pattern.compile("^\\s*(?:#|//|/\\*|\\*|--|;|%|<!--).*", Pattern.DOTALL);

    private static final int HEAD_OF_LINE = 512;
    private static final int HEAD_BYTES = 64 * 1024;
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final int maxBytes;
    private byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private boolean inList;
    private boolean hasValue;
    private boolean lineEnded = true;
    private boolean isCut;
    private int returned;
    private int settled;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private long headLength;
    private LineReader.@Nullable Line waiting;
    private @Nullable IOException failure;

    /** How often the buffer has got other contents: what lies in it from before can be read again where it is. */
    private long refills;

    private int lineEnd;
    private long lineEndFilled = -1;

    JsonValueReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** Whether anything that has been read looked like JSON, or there was nothing to read at all. */
    boolean isJson() {
        return hasValue || headLength == 0;
    }

    /** How many of the last values might be parts of others if the text went on: those since the last line began. */
    int open() {
        return returned - settled;
    }

    /**
     * The next value, or what is none; null at the end.
     *
     * @throws IOException if the data is damaged from here on, or a list has no end
     */
    LineReader.@Nullable Line next() throws IOException {
        LineReader.Line next = waiting;
        waiting = null;
        while (next == null && fillIfEmpty()) {
            next = read();
        }
        if (next != null) {
            returned++;
            return next;
        }
        if (failure != null) {
            throw failure;
        }
        if (inList) {
            inList = false;
            throw new IOException("the list that it holds has no end");
        }
        return null;
    }

    private LineReader.@Nullable Line read() throws IOException {
        int next = buffer[position] & 0xff;
        if (next <= ' ' || (hasValue && (next == ',' || next == ';'))) {
            lineEnded |= next == '\n';
            position++;
        } else if (next == 0xef
                && has(3)
                && buffer[position + 1] == (byte) 0xbb
                && buffer[position + 2] == (byte) 0xbf) {
            position += 3;
        } else {
            settled = lineEnded && !isCut ? returned : settled;
            return readPart(next);
        }
        return null;
    }

    private LineReader.@Nullable Line readPart(int next) throws IOException {
        if (next == ']' && inList) {
            inList = false;
            position++;
        } else if (next == '[' && !inList && beginsList()) {
            inList = true;
            position++;
            return found(null);
        } else if (next == '{' || (next == '[' && inList)) {
            return found(value());
        } else {
            return inList ? scalar() : noValue();
        }
        return null;
    }

    /** Lines of a log may begin so too; of a list of values, the next is one, or its end. */
    private boolean beginsList() {
        int behind = 1;
        while (has(behind + 1)) {
            byte next = buffer[position + behind];
            if (next > ' ' || next < 0) {
                return next == '{' || next == '[' || next == ']';
            }
            behind++;
        }
        return true;
    }

    /** An item of a list that is no value: a number, a word or a string, up to what ends it. */
    private LineReader.Line scalar() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long length = 0;
        boolean quoted = false;
        boolean escaped = false;
        lineEnded = false;
        while (fillIfEmpty()) {
            byte next = buffer[position];
            if (next == '\n' || (!quoted && (next == ',' || next == ']'))) {
                break;
            }
            quoted = (escaped || next != '"') == quoted;
            escaped = quoted && !escaped && next == '\\';
            if (text.size() < maxBytes) {
                text.write(next);
            }
            length++;
            position++;
        }
        return new LineReader.Line(text.toByteArray(), length);
    }

    /** What stood before the first value comes first. */
    private LineReader.@Nullable Line found(LineReader.@Nullable Line value) {
        boolean isFirst = !hasValue;
        hasValue = true;
        if (isFirst && headLength > 0) {
            waiting = value;
            return new LineReader.Line(head.toByteArray(), headLength);
        }
        return value;
    }

    private LineReader.Line value() {
        int end = inList ? -1 : endOfPlainLine();
        if (end >= 0) {
            int last = end;
            while (buffer[last - 1] == '\r' || buffer[last - 1] == ' ') {
                last--;
            }
            LineReader.Line line = new LineReader.Line(Arrays.copyOfRange(buffer, position, last), last - position);
            position = Math.min(end + 1, limit);
            lineEnded = true;
            return line;
        }
        return structured();
    }

    /**
     * The end of a line that is one value for certain, without a look at its inside: it begins with a brace, ends with
     * one, and the next line begins with one, which within a value no line does behind such an end. Else -1.
     */
    private int endOfPlainLine() {
        int end = endOfLine();
        if (end + 1 >= limit && position > buffer.length / 2) {
            compact();
            fill();
            end = endOfLine();
        }
        if (end + 1 >= limit || buffer[end + 1] != '{' || end - position > maxBytes) {
            return -1;
        }
        int last = end - 1;
        while (last > position && (buffer[last] == '\r' || buffer[last] == ' ')) {
            last--;
        }
        return buffer[last] == '}' ? end : -1;
    }

    /** Looked for once, though many values may stand before it. */
    private int endOfLine() {
        if (lineEndFilled != refills || lineEnd < position) {
            lineEnd = LineReader.endOfLine(buffer, position, limit);
            lineEndFilled = refills;
        }
        return lineEnd;
    }

    /** A value whose end its structure tells. */
    private LineReader.Line structured() {
        JsonStructure structure = new JsonStructure();
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        long length = 0;
        int start = position;
        long filled = refills;
        while (fillIfEmpty()) {
            int from = position;
            JsonStructure.Step step = JsonStructure.Step.INSIDE;
            while (position < limit && step == JsonStructure.Step.INSIDE) {
                step = structure.take(buffer[position]);
                position += step == JsonStructure.Step.BROKEN ? 0 : 1;
            }
            int run = position - from;
            value.write(buffer, from, Math.max(0, Math.min(run, maxBytes - value.size())));
            length += run;
            if (step == JsonStructure.Step.END) {
                lineEnded = false;
                return new LineReader.Line(value.toByteArray(), length);
            }
            if (step == JsonStructure.Step.BROKEN) {
                return broken(value, length, filled == refills ? start : -1);
            }
        }
        isCut = true;
        return broken(value, length, -1);
    }

    /**
     * What can be no value ends before the next line that may begin one.
     *
     * @param start where the buffer still holds it from its beginning on, else -1
     */
    private LineReader.Line broken(ByteArrayOutputStream read, long length, int start) {
        byte[] bytes = read.toByteArray();
        int end = length == bytes.length ? endOfBroken(bytes) : -1;
        if (end >= 0) {
            if (start >= 0) {
                position = start + end + 1;
            } else {
                giveBack(bytes, end + 1);
            }
            lineEnded = true;
            return line(Arrays.copyOf(bytes, end), end);
        }
        boolean behindLine = length > 0 && bytes.length > 0 && bytes[bytes.length - 1] == '\n';
        long all = length;
        lineEnded = false;
        while (fillIfEmpty()) {
            byte next = buffer[position];
            if (behindLine && (next == '{' || (next == '[' && !inList))) {
                break;
            }
            behindLine = next == '\n' || (behindLine && inList && (next == ' ' || next == '\t'));
            lineEnded = next == '\n';
            if (read.size() < maxBytes) {
                read.write(next);
            }
            all++;
            position++;
        }
        return line(read.toByteArray(), all);
    }

    /** The line end behind which a value may begin; in a list its items are indented. */
    private int endOfBroken(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                int next = i + 1;
                while (inList && next < bytes.length && (bytes[next] == ' ' || bytes[next] == '\t')) {
                    next++;
                }
                if (next < bytes.length && (bytes[next] == '{' || (bytes[next] == '[' && !inList))) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Without its line end. */
    private static LineReader.Line line(byte[] bytes, long length) {
        int end = bytes.length;
        if (length == end) {
            while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
                end--;
            }
        }
        return new LineReader.Line(Arrays.copyOf(bytes, end), length - (bytes.length - end));
    }

    /** A line that is none, or the part of it before the value that a script assigns. */
    private LineReader.@Nullable Line noValue() throws IOException {
        int assignment = lineEnded ? assignment() : 0;
        if (assignment > 0) {
            position += assignment;
            return null;
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long length = 0;
        lineEnded = false;
        while (!lineEnded && fillIfEmpty()) {
            int end = LineReader.endOfLine(buffer, position, limit);
            int run = end - position;
            text.write(buffer, position, Math.max(0, Math.min(run, maxBytes - text.size())));
            length += run;
            lineEnded = end < limit;
            position = lineEnded ? end + 1 : end;
        }
        byte[] bytes = text.toByteArray();
        String begin = new String(bytes, 0, Math.min(bytes.length, 512), UTF_8);
        if (hasValue) {
            return line(bytes, length);
        }
        if (!COMMENT.matcher(begin).matches()) {
            head.write(bytes, 0, Math.min(bytes.length, Math.max(0, Math.min(maxBytes, HEAD_BYTES) - head.size())));
            headLength += length;
        }
        return null;
    }

    /** The length of what stands before the value that a script assigns, at the beginning of a line; 0 if none does. */
    private int assignment() {
        has(HEAD_OF_LINE);
        int end = LineReader.endOfLine(buffer, position, Math.min(limit, position + HEAD_OF_LINE));
        Matcher matcher = ASSIGNMENT.matcher(new String(buffer, position, end - position, ISO_8859_1));
        return matcher.find() ? matcher.end() : 0;
    }

    /** Has what was read from a place on read once more. */
    private void giveBack(byte[] bytes, int from) {
        int given = bytes.length - from;
        byte[] again = new byte[given + limit - position];
        System.arraycopy(bytes, from, again, 0, given);
        System.arraycopy(buffer, position, again, given, limit - position);
        buffer = again;
        position = 0;
        limit = again.length;
        refills++;
    }

    private boolean has(int bytes) {
        if (limit - position < bytes) {
            compact();
            fill();
        }
        return limit - position >= bytes;
    }

    private boolean fillIfEmpty() {
        if (position < limit) {
            return true;
        }
        position = 0;
        limit = 0;
        refills++;
        if (buffer.length != BUFFER) {
            buffer = new byte[BUFFER];
        }
        fill();
        return limit > 0;
    }

    private void compact() {
        refills++;
        if (buffer.length < BUFFER) {
            buffer = Arrays.copyOf(buffer, BUFFER);
        }
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
    }

    /** What came before the data broke off is given first. */
    private void fill() {
        try {
            while (failure == null && limit < buffer.length) {
                int read = in.read(buffer, limit, buffer.length - limit);
                if (read < 0) {
                    return;
                }
                limit += read;
            }
        } catch (IOException broken) {
            failure = broken;
        }
    }
}
