package io.tweetlake.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * An hour of a table that is over: all that had arrived by its end and some time for late rows is in it. Rows that come
 * later still make it another one, which is then said anew. It is the content of the hour's {@code _SUCCESS}.
 *
 * @param partition {@code date=…/hour=…}
 * @param offsets by Kafka partition, from the first of the hour's rows to the last of them
 * @param at when it was said
 */
public record CompleteHour(String partition, long rows, Map<Integer, OffsetRange> offsets, Instant at) {
    public CompleteHour {
        offsets = Map.copyOf(offsets);
    }

    /** An hour as it is. */
    public static CompleteHour of(String partition, Collection<DataFile> files, Instant at) {
        Map<Integer, OffsetRange> offsets = new TreeMap<>();
        long rows = 0;
        for (DataFile file : files) {
            rows += file.rows();
            file.offsets().forEach((kafka, range) -> offsets.merge(kafka, range, OffsetRange::span));
        }
        return new CompleteHour(partition, rows, offsets, at);
    }

    /** Whether the other says the same of the same hour, at whatever time. */
    public boolean saysSameAs(CompleteHour other) {
        return equals(new CompleteHour(other.partition, other.rows, other.offsets, at));
    }
}
