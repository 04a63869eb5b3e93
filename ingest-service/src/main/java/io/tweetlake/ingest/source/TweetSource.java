package io.tweetlake.ingest.source;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A source of messages, in order. One thread polls it; {@link #close} may come from any. */
public interface TweetSource extends AutoCloseable {

    /**
     * What comes next, or null if nothing came in this time. After {@link #close}, what was received before it.
     *
     * @throws IOException if the source is broken for good
     */
    @Nullable
    SourceEvent poll(Duration atMost) throws IOException, InterruptedException;

    /** Whether it is connected, or reading. */
    boolean ready();

    /** Whether all that it will ever deliver has been polled. A live stream never is. */
    boolean finished();

    /** How many inputs could not be read, or not to their ends; a live source has none. */
    default int unreadable() {
        return 0;
    }

    /** Ends its connection until this moment, such as when money is spent; of no effect on what is not live. */
    default void holdUntil(Instant moment, String cause) {}

    @Override
    void close();
}
