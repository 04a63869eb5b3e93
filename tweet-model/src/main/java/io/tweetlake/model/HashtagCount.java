package io.tweetlake.model;

import java.time.Instant;

/**
 * How many tweets of an event-time window hold a hashtag, the value of {@code gold.hashtag-counts}. A later record of
 * the same key replaces an earlier one.
 *
 * @param windowStart inclusive
 * @param windowEnd exclusive
 * @param hashtag its key, see {@link Tweet#hashtagKeys()}
 */
public record HashtagCount(Instant windowStart, Instant windowEnd, String hashtag, long count) {}
