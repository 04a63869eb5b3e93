package io.tweetlake.ledger;

import java.io.Serializable;

/**
 * Offsets of one Kafka partition. Some of them may have no record: a transaction's markers take offsets too.
 *
 * @param from inclusive
 * @param until exclusive
 */
public record OffsetRange(long from, long until) implements Serializable {
    public OffsetRange {
        if (from < 0 || until < from) {
            throw new IllegalArgumentException("no range of offsets: " + from + " to " + until);
        }
    }

    /** The smallest range that holds both. */
    public OffsetRange span(OffsetRange other) {
        return new OffsetRange(Math.min(from, other.from), Math.max(until, other.until));
    }
}
