package io.tweetlake.lake;

import io.tweetlake.lake.HourFiles.StagedFile;
import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.LedgerState;
import io.tweetlake.ledger.OffsetRange;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.Dataset;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes few large files of an hour's many small ones, while readers read and the writer writes: see {@link Exchange}.
 * Files of other columns are kept apart, so none loses any. One thread uses it.
 */
final class Compaction {
    /** How large a file becomes: a block of HDFS. */
    static final long TARGET_BYTES = 128L << 20;

    private static final Logger log = LoggerFactory.getLogger(Compaction.class);

    private static final Duration RETRY = Duration.ofHours(1);

    private final LakeTable table;
    /** Hours that could not be compacted, and when it was tried, by the clock of {@link System#nanoTime()}. */
    private final Map<String, Long> failures = new ConcurrentHashMap<>();

    Compaction(LakeTable table) {
        this.table = table;
    }

    /**
     * Compacts hours that have at least two files of less than half the target's size.
     *
     * @param hours which, as {@code date=…/hour=…}
     * @return how many files were replaced
     */
    int compact(Predicate<String> hours) throws IOException {
        Map<String, List<DataFile>> small = new TreeMap<>();
        for (DataFile file : table.ledger().state().files()) {
            if (file.bytes() < TARGET_BYTES / 2 && hours.test(file.partition())) {
                small.computeIfAbsent(file.partition(), key -> new ArrayList<>())
                        .add(file);
            }
        }
        failures.keySet().retainAll(small.keySet());
        int replaced = 0;
        for (Map.Entry<String, List<DataFile>> hour : small.entrySet()) {
            if (!isWaiting(hour.getKey())) {
                replaced += compact(hour.getKey(), groups(hour.getValue()));
            }
        }
        return replaced;
    }

    /** Files of the same columns together. */
    private Collection<List<DataFile>> alike(List<DataFile> files) throws IOException {
        Map<MessageType, List<DataFile>> bySchema = new LinkedHashMap<>();
        for (DataFile file : files) {
            MessageType schema =
                    ParquetFiles.schema(table.files().path(file), table.files().hadoop());
            bySchema.computeIfAbsent(schema, key -> new ArrayList<>()).add(file);
        }
        return bySchema.values();
    }

    /** In the order of their offsets, as many together as make a file of the target's size. */
    private static List<List<DataFile>> groups(List<DataFile> files) {
        List<List<DataFile>> groups = new ArrayList<>();
        List<DataFile> group = new ArrayList<>();
        long bytes = 0;
        for (DataFile file : files.stream()
                .sorted(Comparator.comparingLong(Compaction::firstOffset).thenComparing(DataFile::path))
                .toList()) {
            if (bytes + file.bytes() > TARGET_BYTES && !group.isEmpty()) {
                groups.add(group);
                group = new ArrayList<>();
                bytes = 0;
            }
            group.add(file);
            bytes += file.bytes();
        }
        groups.add(group);
        groups.removeIf(candidate -> candidate.size() < 2);
        return groups;
    }

    private static long firstOffset(DataFile file) {
        return file.offsets().values().stream()
                .mapToLong(OffsetRange::from)
                .min()
                .orElse(0);
    }

    /**
     * What fails is left as it is, and its hour tried again after some time: one file that cannot be read stops neither
     * the rest nor the writing.
     *
     * @return how many files were replaced
     */
    @SuppressWarnings("CatchingUnchecked") // Spark's failures have no common class
    private int compact(String partition, List<List<DataFile>> groups) throws IOException {
        int replaced = 0;
        boolean failed = false;
        for (List<DataFile> group : groups) {
            try {
                for (List<DataFile> alike : alike(group)) {
                    replaced += alike.size() > 1 && exchange(alike) ? alike.size() : 0;
                }
            } catch (Exception e) {
                failed |= hasFailed(partition, group, e);
            }
        }
        if (failed) {
            failures.put(partition, System.nanoTime());
        } else {
            failures.remove(partition);
        }
        return replaced;
    }

    /**
     * False if another process has rewritten the files meanwhile.
     *
     * @throws IOException if it was stopped, or the ledger cannot be read
     */
    private boolean hasFailed(String partition, List<DataFile> group, Exception e) throws IOException {
        if (Thread.currentThread().isInterrupted()
                || e.getCause() instanceof InterruptedException
                || table.spark().sparkContext().isStopped()) {
            throw new IOException("stopped while it compacted " + partition, e);
        }
        table.ledger().catchUp();
        if (!table.ledger().state().files().containsAll(group) && isAboutAFileThatIsGone(e)) {
            log.info(
                    "another process has rewritten files of {} {}",
                    table.topic().name(),
                    partition);
            return false;
        }
        log.error(
                "{} of {} cannot be compacted; it is tried again in {} minutes: {}",
                partition,
                table.topic().name(),
                RETRY.toMinutes(),
                e.toString());
        return true;
    }

    private static boolean isAboutAFileThatIsGone(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FileNotFoundException || cause instanceof AnalysisException) {
                return true;
            }
        }
        return false;
    }

    private boolean isWaiting(String partition) {
        Long failed = failures.get(partition);
        return failed != null && System.nanoTime() - failed < RETRY.toNanos();
    }

    /** How many hours could not be compacted when it was last tried. */
    int failures() {
        return failures.size();
    }

    private boolean exchange(List<DataFile> group) throws IOException {
        String folder = table.files().begin("compact");
        try {
            return exchange(group, folder);
        } finally {
            table.files().giveUp(folder);
        }
    }

    private boolean exchange(List<DataFile> group, String folder) throws IOException {
        String[] inputs =
                group.stream().map(table.files()::path).map(NamedFiles::literal).toArray(String[]::new);
        Dataset<Row> rows = table.spark().read().parquet(inputs);
        TableLayout layout = table.layout().of(rows.schema());
        List<StagedFile> staged = new Rewrite(
                        layout,
                        group.get(0).partition(),
                        table.files().staging(folder).toString(),
                        table.hadoop())
                .stage(rows);
        long expected = group.stream().mapToLong(DataFile::rows).sum();
        if (staged.size() != 1 || staged.get(0).file().rows() != expected) {
            throw new IOException("the %d rows of %s became %s".formatted(expected, group, staged));
        }
        LedgerEntry entry = table.ledger().commit(state -> after(state, group, staged.get(0), folder));
        table.files().discard(folder);
        if (entry != null) {
            log.info(
                    "{} of {}: {} files are {}",
                    group.get(0).partition(),
                    table.topic().name(),
                    group.size(),
                    entry.add().get(0).name());
        }
        return entry != null;
    }

    private static @Nullable LedgerEntry after(
            LedgerState state, List<DataFile> group, StagedFile staged, String folder) {
        if (!new HashSet<>(state.files()).containsAll(group)) {
            return null;
        }
        long number = state.number() + 1;
        // No file has had this name, nor will one: the entry's number is in it.
        DataFile compacted = staged.file().as(DataFile.nameOf(staged.file().offsets()) + ".c" + number + ".parquet");
        return LedgerEntry.rewritten(
                number,
                LedgerEntry.Kind.COMPACT,
                List.of(compacted),
                List.of(folder + "/" + staged.staged()),
                group.stream().map(DataFile::path).toList());
    }
}
