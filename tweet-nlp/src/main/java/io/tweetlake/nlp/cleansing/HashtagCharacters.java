package io.tweetlake.nlp.cleansing;

/**
 * What hashtags are made of, by the platform's rules. Stateless and thread-safe.
 *
 * <p>Source: {@code HASHTAG_LETTERS_AND_MARKS}, {@code HASHTAG_NUMERALS} and {@code HASHTAG_SPECIAL_CHARS} of
 * twitter-text's {@code Regex}, which asks each character for all of them in turn.
 */
final class HashtagCharacters {
    /** Letters to the platform and not to this version of Unicode: pairs of first and last. */
    private static final String MORE_LETTERS = "\uf870\uf87f\uf882\uf882\uf884\uf89f\uf8b8\uf8b8\uf8c1\uf8d6";

    private static final String JOINING =
            "_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7";

    private HashtagCharacters() {}

    /** A letter or a mark on one. */
    static boolean isLetter(int point) {
        if (Character.isLetter(point)) {
            return true;
        }
        if (point < 0x300) {
            return false;
        }
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            case Character.PRIVATE_USE, Character.UNASSIGNED -> isMore(point);
            default -> false;
        };
    }

    /** A letter, a digit, or what joins them. */
    static boolean isPart(int point) {
        return isLetter(point) || Character.isDigit(point) || JOINING.indexOf(point) >= 0;
    }

    private static boolean isMore(int point) {
        for (int i = 0; i < MORE_LETTERS.length(); i += 2) {
            if (point >= MORE_LETTERS.charAt(i) && point <= MORE_LETTERS.charAt(i + 1)) {
                return true;
            }
        }
        return false;
    }
}
