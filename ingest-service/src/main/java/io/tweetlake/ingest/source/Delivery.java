package io.tweetlake.ingest.source;

import io.tweetlake.model.SourcePosition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message as a source delivered it, or one page of them.
 *
 * @param bytes the message without its line end; empty for a blank line or the end of an input
 * @param connection the connection, or the input and line, that it came by
 * @param position up to where its input is read with it, or null for a source that cannot be read again
 * @param problem why it is not whole, else null
 * @param rules the stream rules that it was asked for by, where the message does not say
 * @param refilled whether it fills a gap after the fact
 */
public record Delivery(
        byte[] bytes,
        Instant receivedAt,
        String connection,
        @Nullable SourcePosition position,
        @Nullable String problem,
        List<String> rules,
        boolean refilled)
        implements SourceEvent {

    public Delivery {
        rules = List.copyOf(rules);
    }

    /** A message of which nothing but its bytes is known. */
    public Delivery(
            byte[] bytes,
            Instant receivedAt,
            String connection,
            @Nullable SourcePosition position,
            @Nullable String problem) {
        this(bytes, receivedAt, connection, position, problem, List.of(), false);
    }

    @Override
    public Instant at() {
        return receivedAt;
    }
}
