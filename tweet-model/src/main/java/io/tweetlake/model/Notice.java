package io.tweetlake.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a stream delivers that is not a post. Ids are null where the delivery leaves them out. */
public sealed interface Notice extends StreamMessage {

    /** The platform's word for it: {@code delete}, {@code limit} … */
    String kind();

    /** A post was deleted. It may come before the post. */
    record Delete(String postId, @Nullable String userId) implements Notice {
        @Override
        public String kind() {
            return "delete";
        }
    }

    /** The location of a user's posts up to this id must be forgotten. */
    record ScrubGeo(String userId, @Nullable String upToPostId) implements Notice {
        @Override
        public String kind() {
            return "scrub_geo";
        }
    }

    /** Posts matched but were not delivered: so many since the connection was made. */
    record Limit(long undelivered) implements Notice {
        @Override
        public String kind() {
            return "limit";
        }
    }

    /** A post, or all posts of a user if {@code postId} is null, may not be shown in some countries. */
    record Withheld(@Nullable String postId, @Nullable String userId, List<String> countries) implements Notice {
        public Withheld {
            countries = List.copyOf(countries);
        }

        @Override
        public String kind() {
            return "withheld";
        }
    }

    /** The server is about to close the connection. */
    record Disconnect(@Nullable Long code, @Nullable String reason) implements Notice {
        @Override
        public String kind() {
            return "disconnect";
        }
    }

    /** An error within the stream, often the last message before the connection is closed. */
    record Errors(
            @Nullable String title,
            @Nullable String detail,
            @Nullable String disconnectType) implements Notice {
        @Override
        public String kind() {
            return "errors";
        }
    }

    /** Anything else, kept as it came: platforms add kinds without a word. */
    record Other(String kind) implements Notice {}
}
