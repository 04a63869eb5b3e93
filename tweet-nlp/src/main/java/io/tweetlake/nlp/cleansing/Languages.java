package io.tweetlake.nlp.cleansing;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The languages that posts are counted by. An author may claim anything, and each claim would be a row of its own in
 * every window: what is none of these is detected from the text. Immutable and thread-safe.
 */
final class Languages {
    /** Of ISO 639-2 and -3, those that platforms offer, and X's codes for texts that are in no language. */
    private static final List<String> MORE = List.of(
            "und", "zxx", "mul", "art", "qam", "qct", "qht", "qme", "qst", "ast", "ckb", "cnr", "csb", "fil", "gsw",
            "hau", "haw", "ibo", "jbo", "kab", "kmr", "ldn", "lfn", "mni", "moh", "msa", "nds", "pdc", "sat", "sco",
            "sma", "smj", "szl", "tok", "vai", "xal", "yor", "zba", "zgh");

    private static final Set<String> KNOWN = known();

    private Languages() {}

    private static Set<String> known() {
        Set<String> known = new HashSet<>(Set.of(Locale.getISOLanguages()));
        known.addAll(MORE);
        return known;
    }

    /** A claim's language without script and region, in lower case; null if it is none of them. */
    static @Nullable String of(@Nullable String claimed) {
        if (claimed == null || claimed.length() > 35) {
            return null;
        }
        int end = claimed.indexOf('-');
        String language = (end < 0 ? claimed : claimed.substring(0, end)).toLowerCase(Locale.ROOT);
        return KNOWN.contains(language) ? language : null;
    }
}
