package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Walks over the JSON of one message, byte by byte. What nobody wants is passed over without being decoded, which is
 * nine tenths of a tweet; it is still held to the grammar and to UTF-8. Not thread-safe.
 *
 * <p>Source of the grammar: RFC 8259; of the search for a byte within a word: H. Warren, "Hacker's Delight", 6-1.
 */
final class JsonScanner {
    /** Deeper than any message; a walk must not overflow the stack. */
    private static final int MAX_DEPTH = 1_000;

    private static final int MAX_NUMBER_LENGTH = 1_000;

    /** So many digits are less than 2<sup>63</sup> if the first is no 9; ids of X have as many. */
    private static final int MAX_LONG_LENGTH = 19;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    /** 2<sup>64</sup> by the golden ratio: D. Knuth, "The Art of Computer Programming", 6.4. */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    /** Length of a code unit as an escape. */
    private static final int UNICODE_ESCAPE = 6;

    /** The values of the digits, -1 for other bytes. */
    private static final byte[] HEX = hexDigits();

    private final byte[] json;
    private int at;

    /** Where the content of the last string, or number, that was taken lies, and what it holds beside plain ASCII. */
    private int start;

    private int end;
    private boolean hasEscape;

    private boolean hasHighByte;

    JsonScanner(byte[] json) {
        this.json = json;
        if (json.length >= 3 && json[0] == (byte) 0xef && json[1] == (byte) 0xbb && json[2] == (byte) 0xbf) {
            at = 3;
        }
    }

    private static byte[] hexDigits() {
        byte[] digits = new byte[1 << 8];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = (byte) (i < 0x80 ? Character.digit(i, 16) : -1);
        }
        return digits;
    }

    /** The next byte that is no white space, which stays; -1 at the end. */
    int peek() {
        while (at < json.length) {
            int next = json[at] & 0xff;
            if (next > ' ' || (next != ' ' && next != '\n' && next != '\r' && next != '\t')) {
                return next;
            }
            at++;
        }
        return -1;
    }

    /** The place of the next byte. */
    int position() {
        return at;
    }

    /** Takes this byte, behind white space. */
    void take(char expected) throws IOException {
        if (peek() != expected) {
            throw unexpected();
        }
        at++;
    }

    /** Takes this byte if it is next, behind white space. */
    boolean takeIf(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /** Passes over a field's name and its colon; the name is then the last string. */
    void takeName() throws IOException {
        takeString();
        take(':');
    }

    /** Passes over a string, with its quotes. */
    private void takeString() throws IOException {
        take('"');
        hasEscape = false;
        hasHighByte = false;
        start = at;
        while (true) {
            at = endOfPlain(at);
            if (at >= json.length) {
                throw cut();
            }
            byte next = json[at];
            if (next == '"') {
                end = at++;
                return;
            } else if (next == '\\') {
                hasEscape = true;
                takeEscapes();
            } else if (next < 0) {
                hasHighByte = true;
                takeCodePoint();
            } else {
                throw unexpected();
            }
        }
    }

    /** Whether the last string is ASCII without escapes. */
    boolean isPlain() {
        return !hasEscape && !hasHighByte;
    }

    /** The next place that is a quote, a backslash, a control character or not ASCII. */
    private int endOfPlain(int from) {
        int i = from;
        while (i + Long.BYTES <= json.length) {
            long word = (long) WORDS.get(json, i);
            long quotes = word ^ QUOTES;
            long backslashes = word ^ BACKSLASHES;
            long found = (((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes) | (word - SPACES) | word)
                    & HIGHS;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
            i += Long.BYTES;
        }
        while (i < json.length && json[i] >= ' ' && json[i] != '"' && json[i] != '\\') {
            i++;
        }
        return i;
    }

    /** One or more: X v1.1 writes other scripts in nothing else. */
    private void takeEscapes() throws IOException {
        do {
            // The digits of one at once; what is none takes the sign.
            while (at + UNICODE_ESCAPE <= json.length
                    && json[at] == '\\'
                    && json[at + 1] == 'u'
                    && (HEX[json[at + 2] & 0xff]
                                    | HEX[json[at + 3] & 0xff]
                                    | HEX[json[at + 4] & 0xff]
                                    | HEX[json[at + 5] & 0xff])
                            >= 0) {
                at += UNICODE_ESCAPE;
            }
            if (at < json.length && json[at] == '\\') {
                takeEscape();
            }
        } while (at < json.length && json[at] == '\\');
    }

    private void takeEscape() throws IOException {
        at++;
        if (at >= json.length) {
            throw cut();
        }
        switch (json[at]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at++;
            case 'u' -> {
                if (at + 4 >= json.length) {
                    throw cut();
                }
                hex(at + 1);
                at += 5;
            }
            default -> throw unexpected();
        }
    }

    private int hex(int from) throws IOException {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = HEX[json[i] & 0xff];
            if (digit < 0) {
                at = i;
                throw unexpected();
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** Of UTF-8 beyond ASCII. */
    private void takeCodePoint() throws IOException {
        int first = json[at] & 0xff;
        int length = first >= 0xf0 && first <= 0xf4
                ? 4
                : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
        if (length == 0) {
            throw notUtf8();
        }
        if (at + length > json.length) {
            throw cut();
        }
        int second = json[at + 1] & 0xff;
        boolean sound = (second & 0xc0) == 0x80
                && (first != 0xe0 || second >= 0xa0)
                && (first != 0xed || second < 0xa0)
                && (first != 0xf0 || second >= 0x90)
                && (first != 0xf4 || second < 0x90);
        for (int i = at + 2; i < at + length; i++) {
            sound &= (json[i] & 0xc0) == 0x80;
        }
        if (!sound) {
            throw notUtf8();
        }
        at += length;
    }

    /** A string's value. */
    String string() throws IOException {
        takeString();
        return lastString();
    }

    /** The value of the string, or name, that was taken last. */
    String lastString() throws IOException {
        if (!hasEscape) {
            return new String(json, start, end - start, hasHighByte ? UTF_8 : ISO_8859_1);
        }
        char[] chars = new char[end - start];
        int length = 0;
        int i = start;
        while (i < end) {
            int next = json[i];
            if (next == '\\') {
                int escape = json[i + 1];
                chars[length++] = escape == 'u' ? (char) hex(i + 2) : unescaped(escape);
                i += escape == 'u' ? 6 : 2;
            } else if (next >= 0) {
                chars[length++] = (char) next;
                i++;
            } else {
                int bytes = (next & 0xff) >= 0xf0 ? 4 : (next & 0xff) >= 0xe0 ? 3 : 2;
                int codePoint = next & (0xff >> (bytes + 1));
                for (int k = 1; k < bytes; k++) {
                    codePoint = codePoint << 6 | (json[i + k] & 0x3f);
                }
                length += Character.toChars(codePoint, chars, length);
                i += bytes;
            }
        }
        return new String(chars, 0, length);
    }

    private static char unescaped(int escape) {
        return switch (escape) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) escape;
        };
    }

    /** Passes over a number. */
    void takeNumberAsLast() throws IOException {
        start = at;
        takeNumber();
        end = at;
    }

    /** Whether the number that was taken last is whole and short enough for a long. */
    boolean isLong() {
        if (end - start > MAX_LONG_LENGTH || (end - start == MAX_LONG_LENGTH && json[start] == '9')) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (json[i] > '9' || json[i] == '.') {
                return false;
            }
        }
        return true;
    }

    /** The number that was taken last, {@link #isLong()}. */
    long lastLong() {
        boolean negative = json[start] == '-';
        long value = 0;
        for (int i = negative ? start + 1 : start; i < end; i++) {
            value = value * 10 + json[i] - '0';
        }
        return negative ? -value : value;
    }

    /** The number that was taken last, as it is written. */
    String lastNumber() {
        return new String(json, start, end - start, ISO_8859_1);
    }

    private void takeNumber() throws IOException {
        int from = at;
        if (at < json.length && json[at] == '-') {
            at++;
        }
        if (at < json.length && json[at] == '0') {
            at++;
        } else {
            takeDigits();
        }
        if (at < json.length && json[at] == '.') {
            at++;
            takeDigits();
        }
        if (at < json.length && (json[at] == 'e' || json[at] == 'E')) {
            at++;
            if (at < json.length && (json[at] == '+' || json[at] == '-')) {
                at++;
            }
            takeDigits();
        }
        if (at - from > MAX_NUMBER_LENGTH) {
            throw new IOException("a number of " + (at - from) + " characters at byte " + from);
        }
    }

    private void takeDigits() throws IOException {
        int from = at;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        if (at == from) {
            throw at == json.length ? cut() : unexpected();
        }
    }

    /** Takes one of {@code true}, {@code false}, {@code null}. */
    void takeWord(String word) throws IOException {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= json.length) {
                throw cut();
            }
            if (json[at + i] != word.charAt(i)) {
                throw unexpected();
            }
        }
        at += word.length();
    }

    /**
     * Passes over a value of any kind.
     *
     * @param depth how deep it lies
     */
    void skip(int depth) throws IOException {
        checkDepth(depth);
        switch (peek()) {
            case '"' -> takeString();
            case '{' -> {
                at++;
                if (!takeIf('}')) {
                    do {
                        takeName();
                        skip(depth + 1);
                    } while (takeIf(','));
                    take('}');
                }
            }
            case '[' -> {
                at++;
                if (!takeIf(']')) {
                    do {
                        skip(depth + 1);
                    } while (takeIf(','));
                    take(']');
                }
            }
            case 't' -> takeWord("true");
            case 'f' -> takeWord("false");
            case 'n' -> takeWord("null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> takeNumber();
            default -> throw unexpected();
        }
    }

    void checkDepth(int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("nesting deeper than " + MAX_DEPTH);
        }
    }

    /** Whether the bytes of the last string are these. */
    boolean lastStringIs(byte[] ascii) {
        return Arrays.equals(json, start, end, ascii, 0, ascii.length);
    }

    /** A hash of the last string's bytes. */
    int hash() {
        return hash(json, start, end);
    }

    /** Sixteen bits of the length and the first eight bytes: few names are alike in both. */
    static int hash(byte[] bytes, int from, int to) {
        int length = to - from;
        long word = 0;
        if (from + Long.BYTES <= bytes.length) {
            word = (long) WORDS.get(bytes, from);
            word = length < Long.BYTES ? word & ((1L << (length * Byte.SIZE)) - 1) : word;
        } else {
            for (int i = length - 1; i >= 0; i--) {
                word = word << Byte.SIZE | (bytes[from + i] & 0xff);
            }
        }
        return (int) (((word + length) * GOLDEN) >>> (Long.SIZE - Short.SIZE));
    }

    /** What stands here is not what JSON allows. It is not quoted: it may be somebody's words. */
    IOException unexpected() {
        return at >= json.length ? cut() : new IOException("an unexpected character at byte " + at);
    }

    private IOException notUtf8() {
        return new IOException("invalid UTF-8 at byte " + at);
    }

    private static IOException cut() {
        return new IOException("it ends too early");
    }
}
