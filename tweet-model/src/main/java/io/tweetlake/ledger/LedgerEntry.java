package io.tweetlake.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change of a table, numbered without a gap. It is decided once its file is in the ledger; what it says is then
 * done, and done again after a crash, until all of it holds.
 *
 * @param number from 1; a ledger made anew begins at one that none before it can have had
 * @param offsets what has been read with it, by Kafka partition; empty where files were only rewritten
 * @param dead records read that are no rows: they are in {@code dlq.lake-writer}
 * @param add new files, and new contents of files
 * @param staged where each new file lies until it is published, below the table's staging folder; in the order of
 *     {@code add}
 * @param remove paths of files that are no longer part of the table
 * @param complete hours that are over
 * @param topicId the id that Kafka gave the topic, if it became known with this entry (KIP-516)
 */
public record LedgerEntry(
        long number,
        Instant at,
        Kind kind,
        Map<Integer, OffsetRange> offsets,
        long dead,
        List<DataFile> add,
        List<String> staged,
        List<String> remove,
        List<CompleteHour> complete,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String topicId) {

    /** What was done. */
    public enum Kind {
        /** A micro-batch's rows. */
        APPEND,
        /** A micro-batch's updates, merged into the hours that they belong to. */
        MERGE,
        /** Many files of an hour became one. */
        COMPACT,
        /** Rows were taken out. */
        PURGE,
        /** Hours were found to be over. */
        COMPLETE,
        /** Offsets that the broker had deleted before they were read, and that somebody accepted as lost. */
        LOST,
        /** The topic's id became known. */
        TOPIC,
        /** The table became a Delta table. */
        DELTA,
        /** The ledger was made anew of the table's files. */
        REBUILT
    }

    public LedgerEntry {
        offsets = Map.copyOf(offsets);
        add = add.stream().map(file -> file.in(number)).toList();
        if (add.stream().map(DataFile::path).distinct().count() < add.size()) {
            throw new IllegalArgumentException("one file comes twice: " + add);
        }
        staged = List.copyOf(staged);
        remove = List.copyOf(remove);
        complete = List.copyOf(complete);
    }

    /** What was read became new files, or new contents of files. */
    public static LedgerEntry read(
            long number,
            Kind kind,
            Map<Integer, OffsetRange> offsets,
            long dead,
            List<DataFile> add,
            List<String> staged,
            List<String> remove) {
        return new LedgerEntry(number, Instant.now(), kind, offsets, dead, add, staged, remove, List.of(), null);
    }

    /** Files were rewritten. */
    public static LedgerEntry rewritten(
            long number, Kind kind, List<DataFile> add, List<String> staged, List<String> remove) {
        return new LedgerEntry(number, Instant.now(), kind, Map.of(), 0, add, staged, remove, List.of(), null);
    }

    /** The table is a Delta table from here on. */
    public static LedgerEntry delta(long number) {
        return rewritten(number, Kind.DELTA, List.of(), List.of(), List.of());
    }

    /** Hours are over. */
    public static LedgerEntry complete(long number, List<CompleteHour> hours) {
        return new LedgerEntry(
                number, Instant.now(), Kind.COMPLETE, Map.of(), 0, List.of(), List.of(), List.of(), hours, null);
    }

    /** The topic is the one with this id. */
    public static LedgerEntry topic(long number, String id) {
        return new LedgerEntry(
                number, Instant.now(), Kind.TOPIC, Map.of(), 0, List.of(), List.of(), List.of(), List.of(), id);
    }
}
