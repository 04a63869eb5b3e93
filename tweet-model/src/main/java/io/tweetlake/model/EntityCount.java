package io.tweetlake.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;

/**
 * How many posts of an event-time window name an entity, the value of {@code gold.entity-counts}. A later record of the
 * same key replaces an earlier one.
 *
 * @param windowStart inclusive
 * @param windowEnd exclusive
 * @param type as in {@link Entity#type()}
 * @param entityKey the form in which entities are compared: NFC, lower case, single-spaced
 * @param entity as it is most often written; of equals the first in code-point order
 * @param total of all posts
 * @param facets as in {@link HashtagCount}
 */
public record EntityCount(
        Instant windowStart,
        Instant windowEnd,
        String type,
        String entityKey,
        String entity,
        @JsonUnwrapped Mentions total,
        List<Mentions> facets) {
    public EntityCount {
        facets = List.copyOf(facets);
    }
}
