package io.tweetlake.gold;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What gold needs of a {@link io.tweetlake.model.Tweet}, the value of {@code silver.tweets}: it reads only this. */
@JsonIgnoreProperties(ignoreUnknown = true)
record SilverPost(
        int version,
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
        int happyEmoji) {}
