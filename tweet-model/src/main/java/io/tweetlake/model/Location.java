package io.tweetlake.model;

import org.jspecify.annotations.Nullable;

/**
 * Where a post was sent from, if its author shared it.
 *
 * @param lat degrees north, -90 to 90
 * @param lon degrees east, -180 to 180
 * @param country ISO 3166-1 alpha-2
 */
public record Location(
        @Nullable Double lat,
        @Nullable Double lon,
        @Nullable String placeId,
        @Nullable String place,
        @Nullable String country) {
    static final Location UNKNOWN = new Location(null, null, null, null, null);
}
