package io.tweetlake.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a live stream was like from one moment to another, the value of {@code bronze.gaps}. The intervals
 * {@code connected}, {@code silent} and {@code disconnected} of a source follow each other without a gap, since its
 * first connection; {@code limited} and {@code refilled} ones lie over them.
 *
 * @param state one of this class's constants
 * @param startedAt inclusive
 * @param endedAt exclusive
 * @param connection the connection, else null
 * @param cause why there was no connection, or what was limited; else null
 * @param posts posts delivered, or refilled
 * @param keepAlives empty lines and the like
 * @param attempts to connect
 * @param undelivered posts that the platform says it left out
 * @param firstPostId the first post of it
 * @param lastPostId the last post of it; of a gap the last one before it
 */
public record StreamInterval(
        String source,
        String state,
        Instant startedAt,
        Instant endedAt,
        @Nullable String connection,
        @Nullable String cause,
        long posts,
        long keepAlives,
        long attempts,
        long undelivered,
        @Nullable String firstPostId,
        @Nullable String lastPostId) {
    /** Posts came. */
    public static final String CONNECTED = "connected";

    /** There was a connection, with keep-alives at most. */
    public static final String SILENT = "silent";

    /** There was no connection. */
    public static final String DISCONNECTED = "disconnected";

    /** The platform left posts out. */
    public static final String LIMITED = "limited";

    /** What a gap had kept back came after all. */
    public static final String REFILLED = "refilled";
}
