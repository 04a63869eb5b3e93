package io.tweetlake.ingest.source;

import java.time.Instant;

/** What a source has to say, in order. */
public sealed interface SourceEvent
        permits Delivery,
                SourceEvent.Connected,
                SourceEvent.KeepAlive,
                SourceEvent.Disconnected,
                SourceEvent.Refused,
                SourceEvent.Resumed,
                SourceEvent.Skipped {

    Instant at();

    /** A live source is connected. */
    record Connected(Instant at, String connection) implements SourceEvent {}

    /** A live source is connected and has nothing to deliver. */
    record KeepAlive(Instant at) implements SourceEvent {}

    /** A live source has lost its connection. */
    record Disconnected(Instant at, String cause) implements SourceEvent {}

    /** An attempt to connect has failed. */
    record Refused(Instant at, String cause) implements SourceEvent {}

    /**
     * A live source continues where it was: what came in between is delivered from here on. It follows
     * {@link Connected}.
     */
    record Resumed(Instant at) implements SourceEvent {}

    /** What comes between these two moments is lost for good, though the source was connected. */
    record Skipped(Instant at, Instant from, Instant to, String cause) implements SourceEvent {}
}
