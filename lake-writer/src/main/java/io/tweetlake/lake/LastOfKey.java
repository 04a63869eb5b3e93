package io.tweetlake.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.lit;

import io.tweetlake.lake.HourFiles.StagedFile;
import io.tweetlake.lake.UpdateFile.Updates;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Merges updates into the hours that they belong to: an hour is one file, which holds the last record of each key and
 * is replaced as a whole.
 */
record LastOfKey(LakeTable table) {
    /** What an hour's one file is called. */
    static final String NAME = "latest.parquet";

    private static final String UPDATE = "is_update";

    /** So many files are worth more than one task. */
    private static final int MANY_HOURS = 16;

    /**
     * Merges staged updates into their hours, hour by hour: memory does not depend on how many there are.
     *
     * @param folder below the table's staging folder
     * @param updates staged in it
     * @return the hours' new files, staged in it as well
     */
    List<StagedFile> merge(String folder, List<Updates> updates) {
        if (updates.isEmpty()) {
            return List.of();
        }
        Set<String> hours = new TreeSet<>();
        updates.forEach(update -> hours.addAll(update.hours()));
        Path staging = table.files().staging(folder);
        List<Path> known = table.ledger().state().files().stream()
                .filter(file -> hours.contains(file.partition()))
                .map(table.files()::path)
                .toList();
        Dataset<Row> rows = read(updates.stream()
                        .map(update -> new Path(staging, update.staged()))
                        .toList())
                .withColumn(UPDATE, lit(true));
        if (!known.isEmpty()) {
            rows = rows.union(read(known).withColumn(UPDATE, lit(false)));
        }
        String[] columns = table.layout().schema().fieldNames();
        Column hour = date_trunc("hour", col(table.layout().timeName()));
        // An update comes after what is there, also where a key has moved to another Kafka partition.
        int tasks = hours.size() < MANY_HOURS ? 1 : table.spark().sparkContext().defaultParallelism();
        return rows.repartition(tasks, hour)
                .sortWithinPartitions(
                        hour,
                        col(TableLayout.KEY),
                        col(UPDATE),
                        col(columns[table.layout().offset()]))
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(new Merge(table.layout(), staging.toString(), table.hadoop()))
                .collect();
    }

    private Dataset<Row> read(List<Path> files) {
        return table.spark()
                .read()
                .schema(table.layout().schema())
                .parquet(files.stream().map(NamedFiles::literal).toArray(String[]::new));
    }

    /** Of rows in the order of hour, key and time, the last of each key. */
    private record Merge(TableLayout layout, String folder, Broadcast<SerializableConfiguration> hadoop)
            implements FlatMapFunction<Iterator<InternalRow>, StagedFile>, Serializable {

        @Override
        public Iterator<StagedFile> call(Iterator<InternalRow> rows) throws Exception {
            HourFiles files =
                    HourFiles.inOrder(layout, new Path(folder), hadoop.value().value());
            int key = layout.schema().fieldIndex(TableLayout.KEY);
            InternalRow last = null;
            while (rows.hasNext()) {
                InternalRow row = rows.next();
                if (last != null && !isOfSameKey(last, row, key)) {
                    files.write(last);
                }
                last = row.copy();
            }
            if (last != null) {
                files.write(last);
            }
            return files.close().iterator();
        }

        private boolean isOfSameKey(InternalRow one, InternalRow other, int key) {
            return layout.hourOf(one) == layout.hourOf(other)
                    && one.getUTF8String(key).equals(other.getUTF8String(key));
        }
    }
}
