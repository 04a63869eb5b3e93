package io.tweetlake.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A post as its platform delivered it, in the one shape that all wire formats are read into.
 *
 * @param source the platform: {@code x}, {@code bluesky}, {@code mastodon}
 * @param id the same wherever the post is met: on Bluesky and Mastodon its URI
 * @param nativeId the id by which its platform's notices name it, where that is another one
 * @param version 1 for a post as it was first written, a higher one for each edit, which supersedes those before: the
 *     number of versions where the platform lists them, else the second of the edit
 * @param editIds the ids of all its versions, oldest first; empty where the platform does not say
 * @param createdAt event time: the platform's, never the arrival's
 * @param text the full text: a repost has its original's, an extended or long post the uncut one
 * @param lang BCP 47, {@code und} if the platform does not know; null if the delivery does not say
 * @param marks null if the delivery does not say, which is not the same as none
 * @param withheldIn country codes
 * @param matchedRules the tags of the stream rules that it matched, the rule's id where it has no tag
 */
public record Post(
        String source,
        String id,
        @Nullable String nativeId,
        int version,
        List<String> editIds,
        Instant createdAt,
        String text,
        @Nullable String lang,
        @JsonUnwrapped(prefix = "author_") Author author,
        @JsonUnwrapped @Nullable Marks marks,
        List<String> mediaUrls,
        @JsonUnwrapped References references,
        @JsonUnwrapped(prefix = "geo_") Location location,
        @JsonUnwrapped(prefix = "count_") Counts counts,
        @Nullable String clientApp,
        boolean sensitive,
        List<String> withheldIn,
        List<String> matchedRules) {

    public Post {
        editIds = List.copyOf(editIds);
        mediaUrls = List.copyOf(mediaUrls);
        withheldIn = List.copyOf(withheldIn);
        matchedRules = List.copyOf(matchedRules);
    }

    /** The id of its first version, the same for all of them. */
    @JsonIgnore
    public String rootId() {
        return WirePost.root(editIds, id);
    }

    /** The same post with its text, language and marks replaced. */
    public Post with(String newText, String newLang, Marks newMarks) {
        return new Post(
                source,
                id,
                nativeId,
                version,
                editIds,
                createdAt,
                newText,
                newLang,
                author,
                newMarks,
                mediaUrls,
                references,
                location,
                counts,
                clientApp,
                sensitive,
                withheldIn,
                matchedRules);
    }
}
