package io.tweetlake.nlp.cleansing;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/** How hashtags are compared. Stateless and thread-safe. */
public final class Hashtags {
    private Hashtags() {}

    /**
     * The form in which a hashtag is compared and counted: compatibility-composed (NFKC) and lower-cased, in any
     * script. {@code COVID19} and {@code Covid19} have one key.
     */
    public static String key(String hashtag) {
        return Normalizer.normalize(hashtag, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    /** The distinct keys of some hashtags, in order. */
    static List<String> keys(List<String> hashtags) {
        return hashtags.stream().map(Hashtags::key).distinct().toList();
    }
}
