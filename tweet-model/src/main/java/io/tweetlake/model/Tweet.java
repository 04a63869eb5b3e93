package io.tweetlake.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The canonical tweet, the value of {@code silver.tweets}. Its JSON is one flat object in snake case, which is also its
 * row in the lake.
 *
 * @param post its {@code text} has character references decoded and line breaks as spaces; its marks are never null
 * @param observedAt when ingest received it
 * @param tier the last word of its bronze topic, {@code ai} or {@code generic}
 * @param cleanedText {@code text} without URLs and control characters, in Unicode NFC, single-spaced
 * @param hashtagKeys the distinct hashtags of {@code post} in the form in which they are compared and counted
 * @param emoticons each ASCII smile in the text, in order
 * @param emoji each emoji in the text, in order
 * @param happyEmoticons how many emoticons of the set that counts as happy
 * @param happyEmoji how many emoji of that set
 * @param firstMet whether no other version of the post was met before it: what is counted. Null in records of before
 *     version 0.2, which counted version 1
 */
public record Tweet(
        @JsonUnwrapped Post post,
        Instant observedAt,
        String tier,
        String cleanedText,
        List<String> hashtagKeys,
        List<String> emoticons,
        List<String> emoji,
        int happyEmoticons,
        int happyEmoji,
        @Nullable Boolean firstMet,
        @JsonUnwrapped(prefix = "bronze_") BronzeCoordinates bronze) {

    public Tweet {
        Objects.requireNonNull(observedAt, "observed_at");
        Objects.requireNonNull(tier, "tier");
        hashtagKeys = List.copyOf(hashtagKeys);
        emoticons = List.copyOf(emoticons);
        emoji = List.copyOf(emoji);
    }

    /** The same with whether it is the first version that was met. */
    public Tweet met(boolean first) {
        return new Tweet(
                post,
                observedAt,
                tier,
                cleanedText,
                hashtagKeys,
                emoticons,
                emoji,
                happyEmoticons,
                happyEmoji,
                first,
                bronze);
    }
}
