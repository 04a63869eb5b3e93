package io.tweetlake.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;

/**
 * How happy the posts with a hashtag were in a window, the value of {@code gold.happy-hashtags}. A later record of the
 * same key replaces an earlier one.
 *
 * @param windowStart inclusive
 * @param windowEnd exclusive
 * @param hashtag its key, see {@link Tweet#hashtagKeys()}
 * @param total of all posts
 * @param facets as in {@link HashtagCount}
 */
public record HappyHashtag(
        Instant windowStart,
        Instant windowEnd,
        String hashtag,
        @JsonUnwrapped Smiles total,
        List<Smiles> facets) {
    public HappyHashtag {
        facets = List.copyOf(facets);
    }
}
