package io.tweetlake.nlp.cleansing;

import io.tweetlake.model.CharacterReferences;
import java.util.ArrayList;
import java.util.List;

/**
 * A delivered text as people read it, and where each of its places lies in it. {@code cleansing-cases.tsv} is the
 * specification. Immutable.
 */
final class ReadableText {
    private final String text;
    private final List<Shift> shifts;

    /**
     * From a place in the delivered text on, all places lie so much further to the left; places within what was
     * replaced fall on its end.
     */
    private record Shift(int from, int to, int left) {}

    private ReadableText(String text, List<Shift> shifts) {
        this.text = text;
        this.shifts = shifts;
    }

    /** Character references decoded, a line break and the white space round it one space, no space at the ends. */
    static ReadableText of(String delivered) {
        return of(delivered, true);
    }

    /** The same of a text without character references. */
    static ReadableText ofPlain(String delivered) {
        return of(delivered, false);
    }

    private static ReadableText of(String delivered, boolean hasReferences) {
        if (isReadable(delivered)) {
            return new ReadableText(delivered, List.of());
        }
        List<Shift> shifts = new ArrayList<>();
        StringBuilder replaced = new StringBuilder(delivered.length());
        int rest = 0;
        int i = 0;
        while (i < delivered.length()) {
            char character = delivered.charAt(i);
            int from = i;
            int to = i;
            String by = " ";
            if (character == '&' && hasReferences) {
                CharacterReferences.Reference reference = CharacterReferences.at(delivered, i);
                if (reference != null) {
                    to = i + reference.length();
                    by = reference.characters();
                }
            } else if (isLineBreak(character)) {
                from = i;
                while (from > rest && isBlank(delivered.charAt(from - 1))) {
                    from--;
                }
                to = i + 1;
                while (to < delivered.length()
                        && (isBlank(delivered.charAt(to)) || isLineBreak(delivered.charAt(to)))) {
                    to++;
                }
            }
            if (to > i) {
                replaced.append(delivered, rest, from).append(by);
                rest = to;
                shifts.add(new Shift(from, to, rest - replaced.length()));
                i = to;
            } else {
                i++;
            }
        }
        String whole = replaced.append(delivered, rest, delivered.length()).toString();
        String text = whole.strip();
        int leading = text.isEmpty() ? 0 : whole.indexOf(text.charAt(0));
        if (leading > 0) {
            shifts.replaceAll(shift -> new Shift(shift.from, shift.to, shift.left + leading));
            shifts.add(0, new Shift(0, 0, leading));
        }
        return new ReadableText(text, shifts);
    }

    /** Most texts are: no reference, no line break, no space at the ends. */
    private static boolean isReadable(String delivered) {
        for (int i = 0; i < delivered.length(); i++) {
            char character = delivered.charAt(i);
            if (character == '&' || isLineBreak(character)) {
                return false;
            }
        }
        return delivered.isEmpty()
                || !(Character.isWhitespace(delivered.codePointAt(0))
                        || Character.isWhitespace(delivered.codePointBefore(delivered.length())));
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t';
    }

    private static boolean isLineBreak(char character) {
        return (character >= '\n' && character <= '\r')
                || character == 0x85
                || character == 0x2028
                || character == 0x2029;
    }

    String text() {
        return text;
    }

    /** Where a place of the delivered text lies in the readable one, both in UTF-16 code units. */
    int place(int delivered) {
        // The last one before it; those that replace nothing come first.
        int before = 0;
        int behind = shifts.size();
        while (before < behind) {
            int middle = (before + behind) >>> 1;
            Shift shift = shifts.get(middle);
            if (shift.from >= delivered && shift.to > shift.from) {
                behind = middle;
            } else {
                before = middle + 1;
            }
        }
        Shift last = before == 0 ? new Shift(0, 0, 0) : shifts.get(before - 1);
        int place = Math.max(delivered, last.to);
        int left = last.left;
        return Math.min(Math.max(0, place - left), text.length());
    }
}
