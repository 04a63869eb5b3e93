package io.tweetlake.model;

import java.time.Instant;

/**
 * How many posts of an event-time window a tier has in a language, the value of {@code gold.volume}. Tiers and
 * languages add up. A later record of the same key replaces an earlier one.
 *
 * @param windowStart inclusive
 * @param windowEnd exclusive
 * @param posts all of them
 * @param reposts those that repeat another post
 * @param replies those that answer one
 * @param quotes those that quote one
 * @param newestAt event time of the newest
 */
public record Volume(
        Instant windowStart,
        Instant windowEnd,
        String tier,
        String lang,
        long posts,
        long reposts,
        long replies,
        long quotes,
        Instant newestAt) {}
