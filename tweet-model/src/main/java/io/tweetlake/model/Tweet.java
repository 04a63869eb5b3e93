package io.tweetlake.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;

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
        @JsonUnwrapped(prefix = "bronze_") BronzeCoordinates bronze) {

    public Tweet {
        hashtagKeys = List.copyOf(hashtagKeys);
        emoticons = List.copyOf(emoticons);
        emoji = List.copyOf(emoji);
    }
}
