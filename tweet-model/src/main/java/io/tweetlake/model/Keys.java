package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The forms in which hashtags and entities are compared and counted, over all platforms. Case is folded code point by
 * code point by one table, {@code case-fold.txt}, which SQL uses too ({@link #FOLDED} to {@link #FOLDS}): a string's
 * own lower case depends on what stands beside a letter, and on the version of Unicode. Stateless and thread-safe.
 *
 * <p>The table is Unicode 13's lower case of the upper case of each code point, but for the dotless i, which is a
 * letter of its own. It is what {@code CaseFolding.txt} calls simple folding, with the dotted capital I folded as well.
 */
public final class Keys {
    /** A longer one is no hashtag. Composing is not linear in the number of marks on a letter. */
    public static final int MAX_HASHTAG = 500;

    /** What is counted of the things in a window that have no row of their own; no hashtag has parentheses. */
    public static final String OTHERS = "(other)";

    private static final Pattern SPACES = Pattern.compile("\\s+");

    /** The code points that are folded, and what to, in the same order. */
    public static final String FOLDED;

    public static final String FOLDS;

    private static final char[] BASIC = new char[1 << 16];
    private static final Map<Integer, Integer> BEYOND = new HashMap<>();

    static {
        try (InputStream table = Objects.requireNonNull(Keys.class.getResourceAsStream("case-fold.txt"))) {
            String[] lines = new String(table.readAllBytes(), UTF_8).split("\n");
            FOLDED = lines[0];
            FOLDS = lines[1];
        } catch (IOException e) {
            throw new UncheckedIOException("the table of case folding cannot be read from the class path", e);
        }
        for (int i = 0; i < BASIC.length; i++) {
            BASIC[i] = (char) i;
        }
        int[] from = FOLDED.codePoints().toArray();
        int[] to = FOLDS.codePoints().toArray();
        for (int i = 0; i < from.length; i++) {
            if (from[i] < BASIC.length) {
                BASIC[from[i]] = (char) to[i];
            } else {
                BEYOND.put(from[i], to[i]);
            }
        }
    }

    private Keys() {}

    /**
     * The form in which a hashtag is counted: compatibility-composed (NFKC) and folded, in any script. {@code COVID19}
     * and {@code Covid19} have one key.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_HASHTAG}
     */
    public static String hashtag(String hashtag) {
        if (hashtag.length() > MAX_HASHTAG) {
            throw new IllegalArgumentException("a hashtag of " + hashtag.length() + " characters");
        }
        return fold(Normalizer.normalize(hashtag, Normalizer.Form.NFKC));
    }

    /** The form in which an entity is counted: composed (NFC), single-spaced and folded. */
    public static String entity(String text) {
        return fold(SPACES.matcher(Normalizer.normalize(text, Normalizer.Form.NFC))
                .replaceAll(" ")
                .trim());
    }

    /** A text with each code point folded. */
    public static String fold(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isHighSurrogate(unit) && i + 1 < text.length()) {
                int point = text.codePointAt(i);
                folded.appendCodePoint(BEYOND.getOrDefault(point, point));
                i += Character.charCount(point) - 1;
            } else {
                folded.append(BASIC[unit]);
            }
        }
        return folded.toString();
    }
}
