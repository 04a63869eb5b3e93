package io.tweetlake.model;

import org.jspecify.annotations.Nullable;

/** A post's public counts when it was delivered; on a live stream they are zero or nearly so. */
public record Counts(
        @Nullable Long reposts,
        @Nullable Long likes,
        @Nullable Long replies,
        @Nullable Long quotes) {
    static final Counts UNKNOWN = new Counts(null, null, null, null);
}
