package io.tweetlake.model;

import org.jspecify.annotations.Nullable;

/** The ids of the posts that a post repeats, quotes or answers. */
public record References(
        @Nullable String repostOf,
        @Nullable String quoteOf,
        @Nullable String replyTo) {}
