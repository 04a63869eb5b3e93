package io.tweetlake.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;

/**
 * How often a hashtag was mentioned in an event-time window, the value of {@code gold.hashtag-counts}. A later record
 * of the same key replaces an earlier one.
 *
 * @param windowStart inclusive
 * @param windowEnd exclusive
 * @param hashtag its key, see {@link Tweet#hashtagKeys()}
 * @param total of all posts
 * @param facets the same of each tier, each language and each pair of the two, but for those that say the same as the
 *     total or as an earlier facet: their tier and language are there
 */
public record HashtagCount(
        Instant windowStart,
        Instant windowEnd,
        String hashtag,
        @JsonUnwrapped Mentions total,
        List<Mentions> facets) {
    public HashtagCount {
        facets = List.copyOf(facets);
    }
}
