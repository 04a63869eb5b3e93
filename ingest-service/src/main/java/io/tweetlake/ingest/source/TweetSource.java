package io.tweetlake.ingest.source;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A source of messages, in order. One thread polls it; {@link #close} may come from any. */
public interface TweetSource extends AutoCloseable {

    /**
     * The next message, or null if none came in this time or the source is finished.
     *
     * @throws IOException if the source is broken for good
     */
    @Nullable
    Delivery poll(Duration atMost) throws IOException, InterruptedException;

    /** Whether it is connected, or reading. */
    boolean ready();

    /** Whether all that it will ever deliver has been polled. A live stream never is. */
    boolean finished();

    @Override
    void close();
}
