package io.tweetlake.model;

import org.jsoup.nodes.Entities;
import org.jspecify.annotations.Nullable;

/**
 * HTML's character references: all names that end with a semicolon, and numbers. Stateless and thread-safe.
 *
 * <p>Source: the HTML standard, 13.5 "Named character references" (by jsoup's table), 13.2.5.80 "Numeric character
 * reference end state".
 */
public final class CharacterReferences {
    /** The longest name of the standard's table, {@code CounterClockwiseContourIntegral}, has 31 letters. */
    private static final int MAX_NAME = 32;

    private static final String REPLACEMENT = "\ufffd";

    /** What the numbers 0x80 to 0x9f mean to a browser: Windows-1252. */
    private static final String C1 = "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152"
            + "\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d"
            + "\u017e\u0178";

    private CharacterReferences() {}

    /**
     * A reference.
     *
     * @param length with ampersand and semicolon
     * @param characters what it stands for
     */
    public record Reference(int length, String characters) {}

    /** The reference that begins at a place, which has an ampersand; null if none does. */
    public static @Nullable Reference at(String text, int place) {
        int end = place + 1;
        int limit = Math.min(text.length(), end + MAX_NAME);
        while (end < limit && isPart(text.charAt(end))) {
            end++;
        }
        if (end == place + 1 || end >= text.length() || text.charAt(end) != ';') {
            return null;
        }
        String name = text.substring(place + 1, end);
        String characters = name.charAt(0) == '#' ? numbered(name) : named(name);
        return characters == null ? null : new Reference(end + 1 - place, characters);
    }

    /** A text with its references replaced, each once: what they give is not read again. */
    static String decode(String text) {
        int ampersand = text.indexOf('&');
        if (ampersand < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder(text.length());
        int copied = 0;
        while (ampersand >= 0) {
            Reference reference = at(text, ampersand);
            int next = ampersand + 1;
            if (reference != null) {
                next = ampersand + reference.length;
                decoded.append(text, copied, ampersand).append(reference.characters);
                copied = next;
            }
            ampersand = text.indexOf('&', next);
        }
        return decoded.append(text, copied, text.length()).toString();
    }

    private static boolean isPart(char character) {
        return character < 0x80 && (Character.isLetterOrDigit(character) || character == '#');
    }

    private static @Nullable String named(String name) {
        String characters = Entities.getByName(name);
        return characters.isEmpty() ? null : characters;
    }

    private static @Nullable String numbered(String name) {
        boolean hex = name.length() > 1 && (name.charAt(1) == 'x' || name.charAt(1) == 'X');
        int from = hex ? 2 : 1;
        if (from == name.length()) {
            return null;
        }
        long point = 0;
        for (int i = from; i < name.length(); i++) {
            int digit = Character.digit(name.charAt(i), hex ? 16 : 10);
            if (digit < 0) {
                return null;
            }
            point = Math.min(point * (hex ? 16 : 10) + digit, Integer.MAX_VALUE);
        }
        if (point == 0 || point > Character.MAX_CODE_POINT || (point >= 0xd800 && point <= 0xdfff)) {
            return REPLACEMENT;
        }
        return point >= 0x80 && point <= 0x9f
                ? C1.substring((int) point - 0x80, (int) point - 0x7f)
                : Character.toString((int) point);
    }
}
