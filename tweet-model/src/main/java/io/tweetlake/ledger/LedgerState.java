package io.tweetlake.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table as its ledger says it is after an entry. Immutable.
 *
 * @param number of the last entry in it
 * @param read what has been read of the topic so far, by Kafka partition
 * @param dead records read that are no rows
 * @param purged rows that were taken out
 * @param lost ranges of offsets that were lost with somebody's consent, by Kafka partition
 * @param files live ones, by path
 * @param complete hours that were over when it was said; an hour may have got rows since
 * @param delta whether it is a Delta table: its log says to readers which files count, and others may lie beside them
 * @param topicId the id that Kafka gave the topic that was read, once it is known: a topic that is made anew has
 *     another
 */
public record LedgerState(
        long number,
        Map<Integer, OffsetRange> read,
        long dead,
        long purged,
        Map<Integer, List<OffsetRange>> lost,
        List<DataFile> files,
        List<CompleteHour> complete,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean delta,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String topicId) {

    public static final LedgerState EMPTY =
            new LedgerState(0, Map.of(), 0, 0, Map.of(), List.of(), List.of(), false, null);

    public LedgerState {
        read = Map.copyOf(read);
        lost = Map.copyOf(lost);
        files = List.copyOf(files);
        complete = List.copyOf(complete);
    }

    /**
     * The state after some more entries.
     *
     * @throws IllegalArgumentException if they do not continue it: a number or an offset is missing or comes twice
     */
    public LedgerState plus(Collection<LedgerEntry> entries) {
        Map<String, DataFile> live = new TreeMap<>();
        files.forEach(file -> live.put(file.path(), file));
        Map<Integer, OffsetRange> nowRead = new TreeMap<>(read);
        Map<Integer, List<OffsetRange>> nowLost = new TreeMap<>(lost);
        Map<String, CompleteHour> nowComplete = new TreeMap<>();
        complete.forEach(hour -> nowComplete.put(hour.partition(), hour));
        long last = number;
        long nowDead = dead;
        long nowPurged = purged;
        boolean isDelta = delta;
        String id = topicId;
        for (LedgerEntry entry : entries) {
            if (entry.number() != last + 1 && !(entry.kind() == LedgerEntry.Kind.REBUILT && last == 0)) {
                throw new IllegalArgumentException("entry " + entry.number() + " follows " + last);
            }
            last = entry.number();
            id = entry.topicId() == null ? id : entry.topicId();
            isDelta |= entry.kind() == LedgerEntry.Kind.DELTA;
            entry.offsets().forEach((partition, range) -> nowRead.merge(partition, range, LedgerState::continued));
            if (entry.kind() == LedgerEntry.Kind.LOST) {
                entry.offsets()
                        .forEach((partition, range) ->
                                nowLost.merge(partition, List.of(range), (before, more) -> Stream.concat(
                                                before.stream(), more.stream())
                                        .toList()));
            }
            entry.complete().forEach(hour -> nowComplete.put(hour.partition(), hour));
            nowDead += entry.dead();
            long change = 0;
            for (String path : entry.remove()) {
                change -= rows(live.remove(path));
            }
            for (DataFile file : entry.add()) {
                change += file.rows() - rows(live.put(file.path(), file));
            }
            if (entry.kind() == LedgerEntry.Kind.PURGE) {
                nowPurged -= change;
            }
        }
        return new LedgerState(
                last,
                nowRead,
                nowDead,
                nowPurged,
                nowLost,
                List.copyOf(live.values()),
                List.copyOf(nowComplete.values()),
                isDelta,
                id);
    }

    /** Rows of all files. */
    public long rows() {
        return files.stream().mapToLong(DataFile::rows).sum();
    }

    private static long rows(@Nullable DataFile file) {
        return file == null ? 0 : file.rows();
    }

    private static OffsetRange continued(OffsetRange read, OffsetRange next) {
        if (read.until() != next.from()) {
            throw new IllegalArgumentException("offset " + next.from() + " follows " + read.until());
        }
        return new OffsetRange(read.from(), next.until());
    }
}
