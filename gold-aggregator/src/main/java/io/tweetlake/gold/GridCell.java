package io.tweetlake.gold;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of the world, coarse enough to say nothing of a person: X allows aggregates of places and no store of them.
 *
 * @see <a href="https://developer.x.com/en/developer-terms/more-on-restricted-use-cases">Restricted use cases</a>
 */
final class GridCell {
    static final String UNKNOWN = "--";

    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");
    private static final int DEGREES = 5;

    private GridCell() {}

    /** Country and cell of a post, with a slash between. */
    static String place(SilverPost post) {
        String named = post.geoCountry();
        String country = named != null && COUNTRY.matcher(named).matches() ? named : UNKNOWN;
        return country + "/" + of(post.geoLat(), post.geoLon());
    }

    /** The south-west corner of the cell that holds a point, such as {@code N45E005}. */
    static String of(@Nullable Double lat, @Nullable Double lon) {
        if (lat == null || lon == null) {
            return UNKNOWN;
        }
        int south = corner(lat);
        int west = corner(lon);
        return String.format(
                Locale.ROOT,
                "%s%02d%s%03d",
                south < 0 ? "S" : "N",
                Math.abs(south),
                west < 0 ? "W" : "E",
                Math.abs(west));
    }

    private static int corner(double degrees) {
        return (int) Math.floor(degrees / DEGREES) * DEGREES;
    }
}
