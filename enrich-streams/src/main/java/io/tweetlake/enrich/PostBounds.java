package io.tweetlake.enrich;

import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.Post;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What no sound post exceeds, and what would stop or poison the steps downstream if it were let through. */
final class PostBounds {
    /** The platform's first post is of 2006-03-21. */
    private static final Instant EARLIEST = Instant.parse("2006-03-01T00:00:00Z");

    /** Clocks differ by seconds; brokers refuse records of more than an hour ahead. */
    private static final Duration AHEAD = Duration.ofMinutes(15);

    /** Four times the platform's longest post. In JSON a character may take twelve bytes, several times over. */
    private static final int MAX_CHARACTERS = 100_000;

    /** Ten times the largest real message. A tweet made of it must fit into a record, several times over. */
    private static final int MAX_BYTES = 1 << 20;

    private PostBounds() {}

    /**
     * Checks a message before anything is made of it.
     *
     * @throws MalformedMessageException if it is larger than any post is
     */
    static void check(byte @Nullable [] message) throws MalformedMessageException {
        if (message == null) {
            throw new MalformedMessageException("a record without a value");
        }
        if (message.length > MAX_BYTES) {
            throw new MalformedMessageException("the message has " + message.length + " bytes; no post has");
        }
    }

    /**
     * Checks a post that was received at some time.
     *
     * @throws MalformedMessageException naming the bound that it exceeds
     */
    static void check(Post post, Instant received) throws MalformedMessageException {
        if (post.createdAt().isBefore(EARLIEST) || post.createdAt().isAfter(received.plus(AHEAD))) {
            throw new MalformedMessageException("the post is of " + post.createdAt() + ", which cannot be");
        }
        if (post.text().length() > MAX_CHARACTERS) {
            throw new MalformedMessageException("the text has " + post.text().length() + " characters; no post has");
        }
    }
}
