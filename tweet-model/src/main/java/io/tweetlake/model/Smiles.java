package io.tweetlake.model;

import org.jspecify.annotations.Nullable;

/**
 * How happy the posts of a window were, within a tier and a language.
 *
 * @param tier the tier topic of all these posts; null if they are of several
 * @param lang the language of all these posts; null if they are of several
 * @param posts posts with at least one smile
 * @param maxSmiles the smiles of the one that has most
 * @param sumSmiles the smiles of all
 */
public record Smiles(@Nullable String tier, @Nullable String lang, long posts, long maxSmiles, long sumSmiles) {}
