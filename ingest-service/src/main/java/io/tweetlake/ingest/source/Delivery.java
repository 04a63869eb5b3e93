package io.tweetlake.ingest.source;

import io.tweetlake.model.SourcePosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message as a source delivered it.
 *
 * @param bytes the message without its line end; empty for a keep-alive, a blank line or the end of an input
 * @param connection the connection, or the input and line, that it came by
 * @param position up to where its input is read with it, or null for a source that cannot be read again
 * @param problem why it is not whole, else null
 */
public record Delivery(
        byte[] bytes,
        Instant receivedAt,
        String connection,
        @Nullable SourcePosition position,
        @Nullable String problem) {}
