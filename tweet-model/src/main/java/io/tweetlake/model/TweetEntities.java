package io.tweetlake.model;

import java.time.Instant;
import java.util.List;

/**
 * All named entities of one tweet, the value of {@code silver.entities}: one record a tweet, also when it has none.
 *
 * @param id the tweet's
 * @param createdAt the tweet's event time
 */
public record TweetEntities(String id, Instant createdAt, String lang, List<Entity> entities) {
    public TweetEntities {
        entities = List.copyOf(entities);
    }
}
