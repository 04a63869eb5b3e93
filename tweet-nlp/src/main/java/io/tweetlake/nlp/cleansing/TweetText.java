package io.tweetlake.nlp.cleansing;

import io.tweetlake.model.CodePoints;
import io.tweetlake.model.Entity;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules for text. {@code cleansing-cases.tsv} is their specification. Stateless and thread-safe. */
public final class TweetText {
    private static final String SCHEME_END = "://";

    /** Below it, every character is its own composed form, and none is a space of another kind than these. */
    private static final char FIRST_COMBINING = 0x300;

    private static final int MAX_MARKS = 30;
    private static final char GRAPHEME_JOINER = '\u034f';
    private static final char ELLIPSIS = '\u2026';

    private TweetText() {}

    /** As people read it: character references decoded, a line break and the white space round it one space. */
    public static String readable(String delivered) {
        return ReadableText.of(delivered).text();
    }

    /** For language work: without URLs and control characters, NFC, single-spaced. No script is erased. */
    public static String cleaned(String readable) {
        return plain(withoutUrls(readable));
    }

    /**
     * Control characters, surrogates without a partner and runs of white space as one space each, in NFC. Joiners and
     * direction marks shape scripts and stay.
     */
    static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        boolean composed = true;
        int marks = 0;
        boolean streamSafe = true;
        int word = 0;
        int i = 0;
        while (i <= text.length()) {
            int point = i < text.length() ? text.codePointAt(i) : ' ';
            int next = i + Character.charCount(point);
            if (point >= FIRST_COMBINING) {
                composed = false;
                marks = isMark(point) ? marks + 1 : 0;
                streamSafe &= marks <= MAX_MARKS;
            } else {
                marks = 0;
            }
            if (isBlank(point)) {
                if (word < i) {
                    plain.append(plain.isEmpty() ? "" : " ").append(text, word, i);
                }
                word = next;
            }
            i = next;
        }
        String spaced = plain.toString();
        return composed ? spaced : Normalizer.normalize(streamSafe ? spaced : streamSafe(spaced), Normalizer.Form.NFC);
    }

    /**
     * A text with a joiner behind each {@link #MAX_MARKS} marks on one letter, which no language has: to put marks in
     * order takes time quadratic in their number. Unicode Standard Annex 15, section 13, "Stream-Safe Text Format".
     */
    private static String streamSafe(String text) {
        StringBuilder safe = new StringBuilder(text.length() + text.length() / MAX_MARKS + 1);
        int marks = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int point = text.codePointAt(i);
            marks = isMark(point) ? marks + 1 : 0;
            if (marks > MAX_MARKS) {
                safe.append(GRAPHEME_JOINER);
                marks = 1;
            }
            safe.appendCodePoint(point);
        }
        return safe.toString();
    }

    private static boolean isMark(int point) {
        return point != GRAPHEME_JOINER
                && switch (Character.getType(point)) {
                    case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
                    default -> false;
                };
    }

    /** A text without its URLs, each replaced by a space. */
    static String withoutUrls(String readable) {
        return withoutUrls(readable, List.of());
    }

    /**
     * A text without its URLs that have a protocol, each replaced by a space. One ends where its platform says, else
     * where {@link UrlScanner} does, with the ASCII behind it: in Japanese no space stands behind a link.
     *
     * @param spans the platform's marks, by start
     */
    static String withoutUrls(String readable, List<Entity> spans) {
        int scheme = readable.indexOf(SCHEME_END);
        if (scheme < 0) {
            return readable;
        }
        Map<Integer, Integer> ends = ends(readable, spans);
        StringBuilder rest = new StringBuilder(readable.length());
        int copied = 0;
        while (scheme >= 0) {
            int start = urlStart(readable, scheme);
            int host = scheme + SCHEME_END.length();
            int end = start < copied ? host : ends.getOrDefault(start, -1);
            if (end < 0) {
                end = urlEnd(readable, Math.max(host, UrlScanner.end(readable, start)));
            }
            boolean isUrl = end > host;
            if (isUrl) {
                rest.append(readable, copied, start).append(' ');
                copied = end;
            }
            scheme = readable.indexOf(SCHEME_END, isUrl ? end : scheme + 1);
        }
        return rest.append(readable, copied, readable.length()).toString();
    }

    /** Where the platform says that links end, by where they begin, in code units. */
    private static Map<Integer, Integer> ends(String text, List<Entity> spans) {
        Map<Integer, Integer> ends = new HashMap<>();
        if (spans.stream().anyMatch(span -> span.type().equals(Entity.URL))) {
            CodePoints points = new CodePoints(text);
            for (Entity span : spans) {
                if (span.type().equals(Entity.URL) && !span.text().endsWith(String.valueOf(ELLIPSIS))) {
                    ends.put(points.unit(span.start()), points.unit(span.end()));
                }
            }
        }
        return ends;
    }

    /** Where the http or https before a place begins, if it is a word of its own; else -1. */
    private static int urlStart(String text, int schemeEnd) {
        for (int length = 4; length <= 5; length++) {
            int start = schemeEnd - length;
            if (start >= 0 && text.regionMatches(true, start, "https", 0, length) && !endsWithWord(text, start)) {
                return start;
            }
        }
        return -1;
    }

    private static int urlEnd(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) > ' ' && text.charAt(end) < 0x7f) {
            end++;
        }
        // What a platform cut ends so.
        return end < text.length() && text.charAt(end) == ELLIPSIS ? end + 1 : end;
    }

    /**
     * Whether a place is right behind an ASCII letter, a digit or an underscore: in Japanese a link follows a letter.
     */
    private static boolean endsWithWord(String text, int place) {
        char before = place == 0 ? ' ' : text.charAt(place - 1);
        return before == '_' || (before < 0x80 && Character.isLetterOrDigit(before));
    }

    private static boolean isBlank(int point) {
        if (point < FIRST_COMBINING) {
            return point <= ' ' || (point >= 0x7f && point <= 0xa0);
        }
        int type = Character.getType(point);
        return type == Character.SPACE_SEPARATOR || type == Character.SURROGATE;
    }
}
