package io.tweetlake.lake;

import io.tweetlake.lake.HourFiles.StagedFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Merges updates into the hours that they belong to: an hour is one file, which holds the last record of each key and
 * is replaced as a whole.
 */
record LastOfKey(LakeTable table) {
    private static final String NAME = "latest.parquet";

    /**
     * @param folder below the table's staging folder
     * @param updates staged in it
     * @return the hours' new files, staged in it as well
     */
    List<StagedFile> merge(String folder, List<StagedFile> updates) throws IOException {
        if (updates.isEmpty()) {
            return List.of();
        }
        Set<String> hours = new TreeSet<>();
        updates.forEach(update -> hours.add(update.file().partition()));
        Path staging = table.files().staging(folder);
        String[] inputs = Stream.concat(
                        table.ledger().state().files().stream()
                                .filter(file -> hours.contains(file.partition()))
                                .map(table.files()::path),
                        updates.stream().map(update -> new Path(staging, update.staged())))
                .map(Path::toString)
                .toArray(String[]::new);
        int key = table.layout().schema().fieldIndex(TableLayout.KEY);
        Dataset<Row> rows = table.spark().read().schema(table.layout().schema()).parquet(inputs);
        List<StagedFile> merged = rows.queryExecution()
                .toRdd()
                .toJavaRDD()
                .coalesce(1)
                .mapPartitions(new Merge(table.layout(), key, staging.toString(), table.hadoop()))
                .collect();
        return merged.stream()
                .map(file -> new StagedFile(file.file().as(NAME), file.staged()))
                .toList();
    }

    private record Merge(TableLayout layout, int key, String folder, Broadcast<SerializableConfiguration> hadoop)
            implements FlatMapFunction<Iterator<InternalRow>, StagedFile>, Serializable {

        @Override
        public Iterator<StagedFile> call(Iterator<InternalRow> rows) throws Exception {
            Map<UTF8String, InternalRow> last = new LinkedHashMap<>();
            while (rows.hasNext()) {
                InternalRow row = rows.next();
                InternalRow known = last.get(row.getUTF8String(key));
                if (known == null || known.getLong(layout.offset()) < row.getLong(layout.offset())) {
                    InternalRow kept = row.copy();
                    last.put(kept.getUTF8String(key), kept);
                }
            }
            HourFiles files = new HourFiles(
                    layout, new Path(folder), "merged", hadoop.value().value());
            for (InternalRow row : last.values()) {
                files.write(row);
            }
            return new ArrayList<>(files.close()).iterator();
        }
    }
}
