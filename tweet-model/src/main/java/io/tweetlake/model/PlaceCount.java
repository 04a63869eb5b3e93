package io.tweetlake.model;

import java.time.Instant;

/**
 * How many posts of an event-time window come from a part of the world, the value of {@code gold.place-counts}. A later
 * record of the same key replaces an earlier one.
 *
 * @param windowStart inclusive
 * @param windowEnd exclusive
 * @param country its code as the platform says it, {@code --} if it does not
 * @param cell the south-west corner of a cell of five by five degrees, such as {@code N45E005}; {@code --} if the post
 *     has no point. Nothing finer is kept.
 */
public record PlaceCount(Instant windowStart, Instant windowEnd, String country, String cell, long posts) {}
