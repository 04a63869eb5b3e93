package io.tweetlake.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All named entities of one tweet, the value of {@code silver.entities}: one record a tweet, also when it has none.
 *
 * @param id the tweet's
 * @param createdAt the tweet's event time
 * @param observedAt when ingest received it
 * @param version of the tweet, see {@link Post#version()}
 * @param firstMet as {@link Tweet#firstMet()}
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
        @Nullable Boolean firstMet,
        @Nullable String authorId,
        @Nullable String repostOf) {
    public TweetEntities {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(createdAt, "created_at");
        Objects.requireNonNull(lang, "lang");
        Objects.requireNonNull(observedAt, "observed_at");
        Objects.requireNonNull(tier, "tier");
        entities = List.copyOf(entities);
    }

    /** Whether it is of the version of a post that counts. */
    @JsonIgnore
    public boolean counts() {
        return firstMet == null ? version == 1 : firstMet;
    }
}
