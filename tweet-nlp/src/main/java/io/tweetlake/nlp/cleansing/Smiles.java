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

    /** Each emoticon, in order. */
    public static List<String> emoticons(String readable) {
        return emoticonsOf(TweetText.withoutUrls(readable));
    }

    /** Each emoji, in order. */
    public static List<String> emoji(String readable) {
        return all(EMOJI, readable, Smiles::mayBeginEmoji);
    }

    /** @param text without its URLs */
    static List<String> emoticonsOf(String text) {
        return all(EMOTICON, text, Smiles::mayBeginEmoticon);
    }

    /** Cheap to ask at each place, where the pattern is not: whether it can match there at all. */
    @FunctionalInterface
    private interface Beginning {
        boolean at(String text, int place);
    }

    private static boolean mayBeginEmoticon(String text, int place) {
        if (place + 1 == text.length()) {
            return false;
        }
        return switch (text.charAt(place)) {
            case ':', ';', '=', '8', 'x', 'X', '<', '(', '^' ->
                !Character.isLetterOrDigit(text.charAt(place + 1)) || "DPpOo3".indexOf(text.charAt(place + 1)) >= 0;
            default -> false;
        };
    }

    private static boolean mayBeginEmoji(String text, int place) {
        char character = text.charAt(place);
        if (character >= 0x203c) {
            return character <= 0x2b55
                    || (character >= 0x3030 && character <= 0x303d)
                    || character == 0x3297
                    || character == 0x3299
                    || Character.isHighSurrogate(character);
        }
        boolean keycap = (character >= '0' && character <= '9') || character == '#' || character == '*';
        return keycap && place + 1 < text.length() && text.charAt(place + 1) >= 0x20e3;
    }

    private static String pictograph() {
        return "[\\x{203C}\\x{2049}\\x{2139}\\x{231A}-\\x{23FF}\\x{25AA}-\\x{25FE}\\x{2600}-\\x{27BF}\\x{2934}\\x{2935}"
                + "\\x{2B05}-\\x{2B55}\\x{3030}\\x{303D}\\x{3297}\\x{3299}\\x{1F004}-\\x{1F0CF}\\x{1F170}-\\x{1F251}"
                + "\\x{1F300}-\\x{1F3FA}\\x{1F400}-\\x{1FAFF}]\\x{FE0F}?[\\x{1F3FB}-\\x{1F3FF}]?\\x{FE0F}?"
                + "[\\x{E0020}-\\x{E007F}]*+";
    }

    private static List<String> all(Pattern pattern, String text, Beginning beginning) {
        Matcher matcher = null;
        List<String> found = List.of();
        int place = 0;
        while (place < text.length()) {
            if (beginning.at(text, place)) {
                if (matcher == null) {
                    // What stands before a place decides too.
                    matcher = pattern.matcher(text).useTransparentBounds(true);
                }
                if (matcher.region(place, text.length()).lookingAt()) {
                    if (found.isEmpty()) {
                        found = new ArrayList<>();
                    }
                    found.add(matcher.group());
                    place = matcher.end();
                    continue;
                }
            }
            place++;
        }
        return found;
    }
}
