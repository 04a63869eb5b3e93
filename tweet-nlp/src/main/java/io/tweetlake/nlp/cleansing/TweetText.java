package io.tweetlake.nlp.cleansing;

import java.text.Normalizer;

/** The rules for text. {@code cleansing-cases.tsv} is their specification. Stateless and thread-safe. */
public final class TweetText {
    private static final String SCHEME_END = "://";

    /** Below it, every character is its own composed form, and none is a space of another kind than these. */
    private static final char FIRST_COMBINING = 0x300;

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
        int word = 0;
        int i = 0;
        while (i <= text.length()) {
            int point = i < text.length() ? text.codePointAt(i) : ' ';
            int next = i + Character.charCount(point);
            composed &= point < FIRST_COMBINING;
            if (isBlank(point)) {
                if (word < i) {
                    plain.append(plain.isEmpty() ? "" : " ").append(text, word, i);
                }
                word = next;
            }
            i = next;
        }
        String spaced = plain.toString();
        return composed ? spaced : Normalizer.normalize(spaced, Normalizer.Form.NFC);
    }

    /** A text without its URLs, each replaced by a space. */
    static String withoutUrls(String readable) {
        int scheme = readable.indexOf(SCHEME_END);
        if (scheme < 0) {
            return readable;
        }
        StringBuilder rest = new StringBuilder(readable.length());
        int copied = 0;
        while (scheme >= 0) {
            int start = urlStart(readable, scheme);
            int host = scheme + SCHEME_END.length();
            int end = start < copied ? host : urlEnd(readable, host);
            boolean isUrl = end > host;
            if (isUrl) {
                rest.append(readable, copied, start).append(' ');
                copied = end;
            }
            scheme = readable.indexOf(SCHEME_END, isUrl ? end : scheme + 1);
        }
        return rest.append(readable, copied, readable.length()).toString();
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
        while (end < text.length() && !isAsciiSpace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Whether a place is right behind a letter, a digit or an underscore, with marks on it or without. */
    private static boolean endsWithWord(String text, int place) {
        int end = place;
        while (end > 0) {
            int point = text.codePointBefore(end);
            if (Character.getType(point) != Character.NON_SPACING_MARK) {
                return point == '_' || Character.isLetterOrDigit(point);
            }
            end -= Character.charCount(point);
        }
        return false;
    }

    private static boolean isAsciiSpace(char character) {
        return character == ' ' || (character >= '\t' && character <= '\r');
    }

    private static boolean isBlank(int point) {
        if (point < FIRST_COMBINING) {
            return point <= ' ' || (point >= 0x7f && point <= 0xa0);
        }
        int type = Character.getType(point);
        return type == Character.SPACE_SEPARATOR || type == Character.SURROGATE;
    }
}
