package io.tweetlake.gold;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What gold needs of a {@link io.tweetlake.model.Tweet}, the value of {@code silver.tweets}: it reads only this. */
@JsonIgnoreProperties(ignoreUnknown = true)
record SilverPost(
        int version,
        @Nullable Boolean firstMet,
        Instant createdAt,
        Instant observedAt,
        String tier,
        String lang,
        @Nullable String authorId,
        @Nullable String repostOf,
        @Nullable String quoteOf,
        @Nullable String replyTo,
        @Nullable Double geoLat,
        @Nullable Double geoLon,
        @Nullable String geoCountry,
        List<String> hashtagKeys,
        List<String> emoticons,
        List<String> emoji,
        int happyEmoticons,
        int happyEmoji) {

    SilverPost {
        Objects.requireNonNull(createdAt, "created_at");
        Objects.requireNonNull(observedAt, "observed_at");
        Objects.requireNonNull(tier, "tier");
        Objects.requireNonNull(lang, "lang");
        hashtagKeys = List.copyOf(hashtagKeys);
        emoticons = List.copyOf(emoticons);
        emoji = List.copyOf(emoji);
    }

    /** Whether it is the version of its post that counts. */
    boolean counts() {
        return firstMet == null ? version == 1 : firstMet;
    }
}
