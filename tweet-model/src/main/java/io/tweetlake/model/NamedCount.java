package io.tweetlake.model;

/** How many there are of something that has a name. */
public record NamedCount(String name, long count) {}
