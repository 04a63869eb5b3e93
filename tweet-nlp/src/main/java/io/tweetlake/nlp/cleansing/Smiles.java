package io.tweetlake.nlp.cleansing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds smiles: ASCII emoticons and emoji, never inside a URL, where {@code https://} holds one. Stateless,
 * thread-safe.
 */
public final class Smiles {
    /** Western emoticons, eyes first or mouth first. A letter or digit before the eyes makes them part of a word. */
    private static final Pattern EMOTICON = Pattern.compile(
            "(?<![\\p{L}\\p{N}])(?:[:;=8xX][-o^']?[)(\\]\\[DPpOo/\\\\|*3]|<3|\\(:|\\(;|\\^_\\^)(?![\\p{L}\\p{N}])");

    /**
     * One emoji as people count them: a flag, a keycap, or a pictograph with its skin tone, its presentation and
     * whatever is joined to it. Possessive, because hostile chains of joiners would overflow the stack. Unicode
     * Technical Standard 51, for Java 17, which has no emoji properties.
     */
    private static final Pattern EMOJI = Pattern.compile("[\\x{1F1E6}-\\x{1F1FF}]{2}"
            + "|[0-9#*]\\x{FE0F}?\\x{20E3}"
            + "|" + pictograph() + "(?:\\x{200D}" + pictograph() + ")*+");

    private Smiles() {}

    public static List<String> emoticons(String readable) {
        return all(EMOTICON, TweetText.withoutUrls(readable));
    }

    public static List<String> emoji(String readable) {
        return all(EMOJI, readable);
    }

    private static String pictograph() {
        return "[\\x{203C}\\x{2049}\\x{2139}\\x{231A}-\\x{23FF}\\x{25AA}-\\x{25FE}\\x{2600}-\\x{27BF}\\x{2934}\\x{2935}"
                + "\\x{2B05}-\\x{2B55}\\x{3030}\\x{303D}\\x{3297}\\x{3299}\\x{1F004}-\\x{1F0CF}\\x{1F170}-\\x{1F251}"
                + "\\x{1F300}-\\x{1F3FA}\\x{1F400}-\\x{1FAFF}]\\x{FE0F}?[\\x{1F3FB}-\\x{1F3FF}]?\\x{FE0F}?"
                + "[\\x{E0020}-\\x{E007F}]*+";
    }

    private static List<String> all(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }
}
