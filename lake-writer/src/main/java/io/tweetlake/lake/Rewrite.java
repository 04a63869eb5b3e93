package io.tweetlake.lake;

import io.tweetlake.lake.HourFiles.StagedFile;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.util.SerializableConfiguration;

/** Writes rows of a table, which are there already, to new files in the order of their offsets. */
record Rewrite(TableLayout layout, String folder, Broadcast<SerializableConfiguration> hadoop)
        implements FlatMapFunction<Iterator<InternalRow>, StagedFile>, Serializable {

    /** Stages one file an hour. */
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
        HourFiles files =
                HourFiles.inOrder(layout, new Path(folder), hadoop.value().value());
        while (rows.hasNext()) {
            files.write(rows.next());
        }
        return files.close().iterator();
    }
}
