package io.tweetlake.ingest.source;

import io.tweetlake.model.SourcePosition;
import io.tweetlake.model.StreamInterval;
import java.util.Objects;

/** A gap that is to be refilled, which survives as a position until that is done. */
public record OpenGap(StreamInterval interval) {
    private static final String PREFIX = "refill ";

    /** Whether a position is that of a gap that is not refilled yet. */
    public static boolean isOne(SourcePosition position) {
        return position.input().startsWith(PREFIX) && !position.complete();
    }

    /** The gap of a position of {@link #position}. */
    public static OpenGap of(SourcePosition position) {
        return new OpenGap(Objects.requireNonNull(position.interval()));
    }

    public SourcePosition position(boolean refilled) {
        return SourcePosition.interval(PREFIX + interval.startedAt(), refilled, null, interval);
    }
}
