package io.tweetlake.model;

import org.jspecify.annotations.Nullable;

/**
 * Who wrote a post, as far as the delivery says.
 *
 * @param handle the screen name, without {@code @}
 * @param followers at the time of delivery
 */
public record Author(
        @Nullable String id,
        @Nullable String name,
        @Nullable String handle,
        @Nullable Long followers) {
    static final Author UNKNOWN = new Author(null, null, null, null);
}
