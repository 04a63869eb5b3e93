package io.tweetlake.model;

import org.jspecify.annotations.Nullable;

/**
 * How often something was mentioned in a window, within a tier and a language.
 *
 * @param tier the tier topic of all these posts; null if they are of several
 * @param lang the language of all these posts; null if they are of several
 * @param mentions posts that mention it, each counted once
 * @param originals those that are not reposts
 * @param authors distinct authors, as far as the platform names them
 * @param authorsError 0 if {@code authors} is exact, else the relative standard error of the estimate
 */
public record Mentions(
        @Nullable String tier,
        @Nullable String lang,
        long mentions,
        long originals,
        long authors,
        double authorsError) {}
