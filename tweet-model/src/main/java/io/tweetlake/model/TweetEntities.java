package io.tweetlake.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All named entities of one tweet, the value of {@code silver.entities}: one record a tweet, also when it has none.
 *
 * @param id the tweet's
 * @param createdAt the tweet's event time
 * @param observedAt when ingest received it
 * @param version of the tweet, see {@link Post#version()}
 * @param repostOf the post that it repeats
 */
public record TweetEntities(
        String id,
        Instant createdAt,
        String lang,
        List<Entity> entities,
        Instant observedAt,
        String tier,
        int version,
        @Nullable String authorId,
        @Nullable String repostOf) {
    public TweetEntities {
        entities = List.copyOf(entities);
    }
}
