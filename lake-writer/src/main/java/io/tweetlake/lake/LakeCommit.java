package io.tweetlake.lake;

import io.tweetlake.lake.HourFiles.StagedFile;
import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.OffsetRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.execution.LogicalRDD;

/**
 * Publishes a topic's micro-batches so that any Parquet reader sees each row once, whatever crashes when: the batch's
 * files are staged and checked, the ledger decides, the files are renamed into the table. See ADR 15. One thread uses
 * it.
 */
final class LakeCommit {
    /** A batch of fewer records is written by one task, to one file an hour, or to one file of updates. */
    private static final long ONE_TASK = 20_000;

    private final LakeTable table;
    private final RecordDecoder decoder;
    private final DeadLetterSettings deadLetters;

    /** What a micro-batch of so many records has become. */
    record Published(LedgerEntry entry, long records) {}

    LakeCommit(LakeTable table, DeadLetterSettings deadLetters) {
        this.table = table;
        this.decoder = RecordDecoder.of(table.topic());
        this.deadLetters = deadLetters;
    }

    /**
     * Publishes a micro-batch.
     *
     * @param records of Spark's Kafka source, with headers
     * @param offsets that the batch was read from; they continue the ledger's
     * @throws IOException if the file system failed, or another process writes this table
     */
    Published publish(Dataset<Row> records, Map<Integer, OffsetRange> offsets) throws IOException {
        String folder = table.files().begin("batch");
        JavaRDD<InternalRow> rows = rows(records);
        long count = offsets.values().stream()
                .mapToLong(range -> range.until() - range.from())
                .sum();
        List<StageTask.Result> results = (count < ONE_TASK ? rows.coalesce(1) : rows)
                .mapPartitionsWithIndex(task(folder), true)
                .collect();
        long dead = results.stream().mapToLong(StageTask.Result::dead).sum();
        LedgerEntry.Kind kind = isKeyed() ? LedgerEntry.Kind.MERGE : LedgerEntry.Kind.APPEND;
        List<StagedFile> staged = isKeyed()
                ? new LastOfKey(table).merge(folder, all(results, StageTask.Result::updates))
                : all(results, StageTask.Result::files);
        LedgerEntry entry = commit(kind, offsets, dead, folder, staged);
        long read = results.stream().mapToLong(StageTask.Result::records).sum();
        return new Published(entry, read);
    }

    /** A micro-batch is an RDD that Spark has put into a plan: executing that plan would copy each row once more. */
    private static JavaRDD<InternalRow> rows(Dataset<Row> records) {
        return records.queryExecution().logical() instanceof LogicalRDD batch
                ? batch.rdd().toJavaRDD()
                : records.queryExecution().toRdd().toJavaRDD();
    }

    /**
     * Stages a record as a micro-batch is staged, and removes it: what is wrong with file system, rights or native
     * libraries shows at start, and what the first batch needs is compiled.
     *
     * @param record one, as Spark's Kafka source would give it
     */
    void probe(Dataset<Row> record) throws IOException {
        String folder = table.files().begin("probe");
        List<StageTask.Result> unused =
                rows(record).mapPartitionsWithIndex(task(folder), true).collect();
        table.files().discard(folder);
    }

    private static <T> List<T> all(List<StageTask.Result> results, Function<StageTask.Result, List<T>> part) {
        return results.stream().flatMap(result -> part.apply(result).stream()).toList();
    }

    private boolean isKeyed() {
        return TableLayout.isKeyed(table.topic());
    }

    private StageTask task(String folder) {
        return new StageTask(
                decoder,
                table.layout(),
                isKeyed(),
                table.files().staging(folder).toString(),
                table.hadoop(),
                deadLetters);
    }

    private LedgerEntry commit(
            LedgerEntry.Kind kind, Map<Integer, OffsetRange> offsets, long dead, String folder, List<StagedFile> staged)
            throws IOException {
        List<String> from =
                staged.stream().map(file -> folder + "/" + file.staged()).toList();
        LedgerEntry entry;
        try {
            entry = table.ledger().commit(state -> {
                List<DataFile> add = new ArrayList<>();
                List<String> remove = new ArrayList<>();
                for (StagedFile file : staged) {
                    add.add(isKeyed() ? table.rewritten(file.file(), LastOfKey.NAME, state) : file.file());
                }
                if (isKeyed() && state.delta()) {
                    Set<String> hours = add.stream().map(DataFile::partition).collect(Collectors.toSet());
                    state.files().stream()
                            .filter(file -> hours.contains(file.partition()))
                            .forEach(file -> remove.add(file.path()));
                }
                return LedgerEntry.read(state.number() + 1, kind, offsets, dead, add, from, remove);
            });
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "another process writes %s: %s".formatted(table.topic().name(), e.getMessage()), e);
        }
        table.files().discard(folder);
        return Objects.requireNonNull(entry);
    }
}
