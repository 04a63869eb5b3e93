package io.tweetlake.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The places of a text in Unicode code points, for places in UTF-16 code units and back. Reading the text takes time
 * linear in its length, once; a place of it takes no longer than its logarithm. A surrogate without its partner is one
 * code point. Immutable and thread-safe.
 */
public final class CodePoints {
    private final String text;

    /** The code unit of each code point and of the end; null where both are the same. */
    private final int @Nullable [] units;

    public CodePoints(String text) {
        this.text = text;
        this.units = isOneUnitEach(text) ? null : units(text);
    }

    private static boolean isOneUnitEach(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static int[] units(String text) {
        int[] units = new int[text.length() + 1];
        int points = 0;
        for (int unit = 0; unit < text.length(); unit += Character.charCount(text.codePointAt(unit))) {
            units[points++] = unit;
        }
        units[points++] = text.length();
        return Arrays.copyOf(units, points);
    }

    /** How many code points the text has. */
    public int count() {
        return units == null ? text.length() : units.length - 1;
    }

    /**
     * The code unit where a code point begins; of the count, the text's length.
     *
     * @throws IndexOutOfBoundsException if the text has fewer
     */
    public int unit(int point) {
        return units == null ? point : units[point];
    }

    /** The code point that begins at a code unit, or that the unit is a part of. */
    public int point(int unit) {
        if (units == null) {
            return unit;
        }
        int found = Arrays.binarySearch(units, unit);
        return found >= 0 ? found : -found - 2;
    }

    /** What stands from a code unit to another. */
    public Entity entity(int from, int to, String type, String origin) {
        return new Entity(text.substring(from, to), type, point(from), point(to), origin);
    }
}
