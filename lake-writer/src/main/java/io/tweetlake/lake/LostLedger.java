package io.tweetlake.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the ledger of a table anew of the table's files, whose rows carry their offsets. */
final class LostLedger {
    private static final Logger log = LoggerFactory.getLogger(LostLedger.class);

    private LostLedger() {}

    /**
     * Makes the ledger anew if it is gone and the table is not.
     *
     * @throws IOException if files lie in the staging folder: nobody can tell then whether they have been decided
     */
    static void restore(Topic<?, ?> topic, Ledger ledger, SparkSession spark) throws IOException {
        if (!ledger.isEmpty()) {
            return;
        }
        boolean delta = ledger.delta().exists();
        List<Path> files = ledger.table().published();
        if (files.isEmpty() && !delta) {
            return;
        }
        if (ledger.table().isStaging()) {
            throw new IOException(
                    "%s holds files, but its ledger is gone, and a batch in %s may be half published. Bring the ledger back, or, if that batch is not to be in the lake, delete that folder and start again"
                            .formatted(ledger.table().root(), ledger.table().stagingRoot()));
        }
        List<Path> others = List.of();
        if (delta) {
            Set<String> counted = ledger.delta().files().stream()
                    .map(file -> file.toUri().getPath())
                    .collect(Collectors.toSet());
            List<Path> all = files;
            files = all.stream()
                    .filter(file -> counted.contains(file.toUri().getPath()))
                    .toList();
            others = all.stream()
                    .filter(file -> !counted.contains(file.toUri().getPath()))
                    .toList();
            if (files.size() < counted.size()) {
                throw new IOException("the Delta log of %s has %d files, of which only %d are there"
                        .formatted(ledger.table().root(), counted.size(), files.size()));
            }
        }
        if (TableLayout.isKeyed(topic)
                && !delta
                && files.stream().anyMatch(file -> !file.getName().equals(LastOfKey.NAME))) {
            throw new IOException(
                    "%s was written by an earlier version, which kept every update: move it away, it is made anew of its topic"
                            .formatted(ledger.table().root()));
        }
        List<DataFile> found = files.isEmpty() ? List.of() : read(topic, ledger, spark, files);
        Map<Integer, OffsetRange> offsets = new TreeMap<>();
        found.forEach(file ->
                file.offsets().forEach((partition, range) -> offsets.merge(partition, range, OffsetRange::span)));
        ledger.commit(state -> LedgerEntry.read(
                Instant.now().getEpochSecond(), LedgerEntry.Kind.REBUILT, offsets, 0, found, List.of(), List.of()));
        if (delta) {
            ledger.makeDelta();
            // Nobody knows any more since when they do not count.
            for (Path file : others) {
                ledger.table().delete(file);
            }
        }
        log.warn("the ledger of {} was gone; it is made anew of {} files", topic.name(), found.size());
    }

    private static List<DataFile> read(Topic<?, ?> topic, Ledger ledger, SparkSession spark, List<Path> files)
            throws IOException {
        TableLayout layout = TableLayout.of(topic);
        String partition = layout.schema().fieldNames()[layout.partition()];
        String offset = layout.schema().fieldNames()[layout.offset()];
        List<Row> ranges = spark.read()
                .schema(layout.schema())
                .parquet(files.stream().map(NamedFiles::literal).toArray(String[]::new))
                .groupBy(input_file_name().as("file"), col(partition))
                .agg(min(col(offset)), max(col(offset)), count(lit(1)))
                .collectAsList();
        Map<String, Map<Integer, OffsetRange>> offsets = new HashMap<>();
        Map<String, Long> rows = new HashMap<>();
        for (Row range : ranges) {
            String file = TableFiles.pathOf(range.getString(0));
            offsets.computeIfAbsent(file, key -> new TreeMap<>())
                    .put(range.getInt(1), new OffsetRange(range.getLong(2), range.getLong(3) + 1));
            rows.merge(file, range.getLong(4), Long::sum);
        }
        List<DataFile> found = new ArrayList<>();
        for (Path path : files) {
            String file = path.toUri().getPath();
            long count = rows.getOrDefault(file, 0L);
            long bytes = ParquetFiles.check(path, count, ledger.table().hadoop());
            String below =
                    file.substring(ledger.table().root().toUri().getPath().length() + 1);
            found.add(new DataFile(below, count, bytes, offsets.getOrDefault(file, Map.of()), 0));
        }
        return found;
    }
}
