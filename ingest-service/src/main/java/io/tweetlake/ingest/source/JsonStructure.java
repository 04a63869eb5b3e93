package io.tweetlake.ingest.source;

/**
 * Follows the structure of one JSON object or list, byte by byte, so that its end is found wherever its lines break. It
 * tells what can be none soon, for what follows a cut value must not be taken for a part of it; strings and numbers it
 * leaves to the parser. Not thread-safe.
 */
final class JsonStructure {
    /** Deeper than any message. What is lost by one more level that never closes is bounded by it. */
    private static final int MAX_DEPTH = 128;

    /** What a byte was. */
    enum Step {
        INSIDE,
        END,
        BROKEN
    }

    private enum Expected {
        VALUE,
        VALUE_OR_END,
        NAME,
        NAME_OR_END,
        COLON,
        COMMA_OR_END
    }

    private final boolean[] isObject = new boolean[MAX_DEPTH];
    private int depth;
    private Expected expected = Expected.VALUE;
    private boolean inString;
    private boolean isEscaped;
    private boolean inWord;

    Step take(byte next) {
        if (inString) {
            return takeInString(next);
        }
        if (inWord) {
            if (isOfWord(next)) {
                return Step.INSIDE;
            }
            inWord = false;
        }
        return switch (next) {
            case ' ', '\t', '\r', '\n' -> Step.INSIDE;
            case '{' -> open(true);
            case '[' -> open(false);
            case '}' -> close(true);
            case ']' -> close(false);
            case ',' -> comma();
            case ':' -> colon();
            case '"' -> quote();
            default -> word(next);
        };
    }

    private Step takeInString(byte next) {
        if (isEscaped) {
            isEscaped = false;
        } else if (next == '\\') {
            isEscaped = true;
        } else if (next == '"') {
            inString = false;
        } else if (next == '\n') {
            return Step.BROKEN;
        }
        return Step.INSIDE;
    }

    private Step open(boolean object) {
        if ((expected != Expected.VALUE && expected != Expected.VALUE_OR_END) || depth == MAX_DEPTH) {
            return Step.BROKEN;
        }
        isObject[depth++] = object;
        expected = object ? Expected.NAME_OR_END : Expected.VALUE_OR_END;
        return Step.INSIDE;
    }

    private Step close(boolean object) {
        Expected empty = object ? Expected.NAME_OR_END : Expected.VALUE_OR_END;
        if (depth == 0 || isObject[depth - 1] != object || (expected != Expected.COMMA_OR_END && expected != empty)) {
            return Step.BROKEN;
        }
        depth--;
        expected = Expected.COMMA_OR_END;
        return depth == 0 ? Step.END : Step.INSIDE;
    }

    private Step comma() {
        if (expected != Expected.COMMA_OR_END || depth == 0) {
            return Step.BROKEN;
        }
        expected = isObject[depth - 1] ? Expected.NAME : Expected.VALUE;
        return Step.INSIDE;
    }

    private Step colon() {
        if (expected != Expected.COLON) {
            return Step.BROKEN;
        }
        expected = Expected.VALUE;
        return Step.INSIDE;
    }

    private Step quote() {
        switch (expected) {
            case NAME, NAME_OR_END -> expected = Expected.COLON;
            case VALUE, VALUE_OR_END -> expected = Expected.COMMA_OR_END;
            default -> {
                return Step.BROKEN;
            }
        }
        inString = true;
        return Step.INSIDE;
    }

    private Step word(byte next) {
        if ((expected != Expected.VALUE && expected != Expected.VALUE_OR_END) || !isOfWord(next)) {
            return Step.BROKEN;
        }
        inWord = true;
        expected = Expected.COMMA_OR_END;
        return Step.INSIDE;
    }

    /** Numbers, true, false and null. */
    private static boolean isOfWord(byte next) {
        return (next >= '0' && next <= '9')
                || (next >= 'a' && next <= 'z')
                || (next >= 'A' && next <= 'Z')
                || next == '-'
                || next == '+'
                || next == '.';
    }
}
