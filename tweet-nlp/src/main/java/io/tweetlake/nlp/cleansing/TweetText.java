package io.tweetlake.nlp.cleansing;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** The rules for text. {@code cleansing-cases.tsv} is their specification. Stateless and thread-safe. */
public final class TweetText {
    private static final Pattern URL = Pattern.compile("\\bhttps?://\\S+", Pattern.CASE_INSENSITIVE);

    /** Control characters, and surrogates without a partner; joiners and direction marks shape scripts and stay. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cs}]");

    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Zs}]+");

    private TweetText() {}

    /** As people read it: character references decoded, a line break and the white space round it one space. */
    public static String readable(String delivered) {
        return ReadableText.of(delivered).text();
    }

    /** For language work: without URLs and control characters, NFC, single-spaced. No script is erased. */
    public static String cleaned(String readable) {
        String text = URL.matcher(readable).replaceAll(" ");
        text = CONTROL.matcher(text).replaceAll(" ");
        text = SPACES.matcher(text).replaceAll(" ");
        return Normalizer.normalize(text, Normalizer.Form.NFC).strip();
    }

    /** A text without its URLs, each replaced by a space. */
    static String withoutUrls(String readable) {
        return URL.matcher(readable).replaceAll(" ");
    }
}
