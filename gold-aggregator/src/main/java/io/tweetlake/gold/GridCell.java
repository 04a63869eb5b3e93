package io.tweetlake.gold;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A part of the world, coarse enough to say nothing of a person: X allows aggregates of places and no store of them.
 *
 * @see <a href="https://developer.x.com/en/developer-terms/more-on-restricted-use-cases">Restricted use cases</a>
 */
final class GridCell {
    static final String UNKNOWN = "--";

    private static final int DEGREES = 5;

    private GridCell() {}

    /** Country and cell of a post, with a slash between. */
    static String place(SilverPost post) {
        String country = post.geoCountry() == null ? UNKNOWN : post.geoCountry();
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
