package io.tweetlake.lake;

import io.tweetlake.lake.HourFiles.StagedFile;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes rows of an hour, which are there already, to a new file in the order of their offsets.
 *
 * @param partition where they are, and stay
 * @param folder where the file is written
 */
record Rewrite(TableLayout layout, String partition, String folder, Broadcast<SerializableConfiguration> hadoop)
        implements FlatMapFunction<Iterator<InternalRow>, StagedFile>, Serializable {

    /** Stages one file, or none if there are no rows. */
    List<StagedFile> stage(Dataset<Row> rows) {
        String[] columns = layout.schema().fieldNames();
        return rows.coalesce(1)
                .sortWithinPartitions(columns[layout.partition()], columns[layout.offset()])
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(this)
                .collect();
    }

    @Override
    public Iterator<StagedFile> call(Iterator<InternalRow> rows) throws Exception {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        String staged = "rewritten-" + TaskContext.get().taskAttemptId();
        HourFile file = new HourFile(
                layout, partition, new Path(folder), staged, hadoop.value().value());
        while (rows.hasNext()) {
            file.write(rows.next());
        }
        return List.of(file.close()).iterator();
    }
}
