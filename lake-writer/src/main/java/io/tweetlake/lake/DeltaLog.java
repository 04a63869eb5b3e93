package io.tweetlake.lake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.delta.kernel.Table;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.utils.CloseableIterator;
import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.LedgerJson;
import io.tweetlake.ledger.LedgerState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a Delta table (https://github.com/delta-io/delta/blob/master/PROTOCOL.md). It says after the ledger what
 * the ledger has decided, one version an entry, for readers that know Delta: a version is all of a change or none of
 * it. Each version carries the entry's number as a transaction of {@code tweetlake}, so none is written twice, by
 * whichever process. Not thread-safe.
 */
final class DeltaLog {
    private static final Logger log = LoggerFactory.getLogger(DeltaLog.class);
    private static final String FOLDER = "_delta_log";
    private static final String WRITER = "tweetlake";
    private static final Map<String, String> SETTINGS = Map.of(
            "delta.logRetentionDuration", "interval 1 days", "delta.deletedFileRetentionDuration", "interval 1 hours");

    private final Path table;
    private final NewFile newFile;
    private final Engine engine;
    private @Nullable Written written;

    /** The last version there is, and the last ledger entry in it. */
    private record Written(long version, long number) {}

    private record CommitInfo(
            long timestamp, String operation, Map<String, String> operationParameters, String engineInfo) {}

    private record Protocol(int minReaderVersion, int minWriterVersion) {}

    private record Format(String provider, Map<String, String> options) {}

    private record MetaData(
            String id,
            Format format,
            String schemaString,
            List<String> partitionColumns,
            Map<String, String> configuration,
            long createdTime) {}

    private record Txn(String appId, long version) {}

    private record Add(
            String path,
            Map<String, String> partitionValues,
            long size,
            long modificationTime,
            boolean dataChange,
            String stats) {}

    private record Remove(String path, long deletionTimestamp, boolean dataChange) {}

    DeltaLog(Path table, NewFile newFile, Configuration hadoop) {
        this.table = table;
        this.newFile = newFile;
        this.engine = DefaultEngine.create(hadoop);
    }

    /** Whether there is any version, or a checkpoint: the first ones go in time. */
    boolean exists() {
        try {
            SnapshotImpl unused = snapshot();
            return true;
        } catch (TableNotFoundException e) {
            return false;
        }
    }

    /** Reads anew how far it is: others may have gone on. */
    void reload() {
        written = null;
    }

    /** Writes the first version: all that is in the table. Does nothing if there is a log. */
    void begin(LedgerState state, StructType schema) throws IOException {
        if (exists()) {
            return;
        }
        Actions actions = new Actions("CREATE TABLE", Instant.now(), state.number());
        actions.add("protocol", new Protocol(1, 2));
        actions.add("metaData", metaData(UUID.randomUUID().toString(), schema));
        for (DataFile file : state.files()) {
            actions.add(file, true);
        }
        newFile.files().mkdir(version(0).getParent(), null, true);
        boolean unused = newFile.create(version(0), actions.bytes());
    }

    /** Says which columns the table has, if it is not said yet. */
    void evolve(StructType schema) throws IOException {
        boolean said = false;
        while (!said) {
            SnapshotImpl snapshot = snapshot();
            long number = number(snapshot);
            said = DataType.fromJson(snapshot.getSchema().toJson()).equals(withPartitions(schema));
            if (!said) {
                Actions actions = new Actions("CHANGE COLUMN", Instant.now(), number);
                actions.add("metaData", metaData(snapshot.getMetadata().getId(), schema));
                said = newFile.create(version(snapshot.getVersion() + 1), actions.bytes());
            }
        }
        reload();
    }

    /** Says what an entry says, unless that has been said. Its files are in place, and all entries before it said. */
    void publish(LedgerEntry entry) throws IOException {
        if (entry.add().isEmpty() && entry.remove().isEmpty()) {
            return;
        }
        Written last = written == null ? read() : written;
        while (last.number() < entry.number()) {
            long next = last.version() + 1;
            last = newFile.create(version(next), actions(entry)) ? new Written(next, entry.number()) : read();
        }
        written = last;
    }

    private static byte[] actions(LedgerEntry entry) throws IOException {
        Actions actions = new Actions(operation(entry.kind()), entry.at(), entry.number());
        boolean isChange = entry.kind() != LedgerEntry.Kind.COMPACT;
        for (String path : entry.remove()) {
            actions.add("remove", new Remove(path, entry.at().toEpochMilli(), isChange));
        }
        for (DataFile file : entry.add()) {
            actions.add(file, isChange);
        }
        return actions.bytes();
    }

    /**
     * Sums the log up, and lets go of what has been summed up for longer than the log is kept. A log that could not be
     * summed up is as right as before, and longer.
     */
    void checkpoint() {
        try {
            Table.forPath(engine, table.toString()).checkpoint(engine, read().version());
        } catch (CheckpointAlreadyExistsException done) {
            // By another process, or before a crash.
        } catch (IOException | RuntimeException e) {
            log.warn("the Delta log of {} could not be summed up; it will be tried again", table, e);
        }
    }

    /** The files that the log says are in the table. */
    Set<Path> files() throws IOException {
        Set<Path> files = new HashSet<>();
        try (CloseableIterator<FilteredColumnarBatch> batches =
                snapshot().getScanBuilder().build().getScanFiles(engine)) {
            while (batches.hasNext()) {
                try (CloseableIterator<Row> rows = batches.next().getRows()) {
                    while (rows.hasNext()) {
                        files.add(new Path(InternalScanFileUtils.getAddFileStatus(rows.next())
                                .getPath()));
                    }
                }
            }
        }
        return files;
    }

    private Written read() throws IOException {
        SnapshotImpl snapshot = snapshot();
        return new Written(snapshot.getVersion(), number(snapshot));
    }

    private SnapshotImpl snapshot() {
        return (SnapshotImpl) Table.forPath(engine, table.toString()).getLatestSnapshot(engine);
    }

    private long number(SnapshotImpl snapshot) throws IOException {
        return snapshot.getLatestTransactionVersion(engine, WRITER)
                .orElseThrow(() -> new IOException(
                        "the Delta log of %s was not begun by lake-writer: move %s away".formatted(table, FOLDER)));
    }

    private Path version(long number) {
        return new Path(table, String.format(Locale.ROOT, "%s/%020d.json", FOLDER, number));
    }

    private static String operation(LedgerEntry.Kind kind) {
        return switch (kind) {
            case MERGE -> "MERGE";
            case COMPACT -> "OPTIMIZE";
            case PURGE -> "DELETE";
            default -> "WRITE";
        };
    }

    private static StructType withPartitions(StructType schema) {
        return schema.add("date", DataTypes.DateType).add("hour", DataTypes.IntegerType);
    }

    private static MetaData metaData(String id, StructType schema) {
        return new MetaData(
                id,
                new Format("parquet", Map.of()),
                withPartitions(schema).json(),
                List.of("date", "hour"),
                SETTINGS,
                System.currentTimeMillis());
    }

    /** A version: JSON actions, one a line. */
    private static final class Actions {
        private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
        private final long at;

        Actions(String operation, Instant at, long number) throws IOException {
            this.at = at.toEpochMilli();
            add("commitInfo", new CommitInfo(this.at, operation, Map.of(), WRITER));
            add("txn", new Txn(WRITER, number));
        }

        void add(String action, Object content) throws IOException {
            lines.write(LedgerJson.write(Map.of(action, content)));
            lines.write('\n');
        }

        void add(DataFile file, boolean isChange) throws IOException {
            String partition = file.partition();
            String date = partition.substring("date=".length(), partition.indexOf('/'));
            int hour = Integer.parseInt(partition.substring(partition.lastIndexOf('=') + 1));
            String stats = new String(LedgerJson.write(Map.of("numRecords", file.rows())), UTF_8);
            add(
                    "add",
                    new Add(
                            file.path(),
                            Map.of("date", date, "hour", String.valueOf(hour)),
                            file.bytes(),
                            at,
                            isChange,
                            stats));
        }

        byte[] bytes() {
            return lines.toByteArray();
        }
    }
}
