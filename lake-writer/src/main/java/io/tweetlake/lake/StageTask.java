package io.tweetlake.lake;

import io.tweetlake.lake.HourFiles.StagedFile;
import io.tweetlake.lake.RecordDecoder.UndecodableRecordException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.SerializableConfiguration;

/** Writes the records of a task to files of their hours; what is no row goes to the dead letters. */
record StageTask(
        RecordDecoder decoder,
        TableLayout layout,
        String folder,
        Broadcast<SerializableConfiguration> hadoop,
        DeadLetterSettings deadLetters)
        implements Function2<Integer, Iterator<InternalRow>, Iterator<StageTask.Result>> {

    /**
     * What a task has done.
     *
     * @param dead records that are no rows
     */
    record Result(List<StagedFile> files, long records, long dead) implements Serializable {}

    @Override
    public Iterator<Result> call(Integer task, Iterator<InternalRow> records) throws Exception {
        // A task that Spark tries again writes files of its own.
        String prefix = task + "." + TaskContext.get().taskAttemptId();
        HourFiles files =
                new HourFiles(layout, new Path(folder), prefix, hadoop.value().value());
        long count = 0;
        long dead = 0;
        try (DeadLetterSink sink = new DeadLetterSink(deadLetters)) {
            while (records.hasNext()) {
                InternalRow record = records.next();
                count++;
                InternalRow row;
                try {
                    row = decoder.decode(record);
                } catch (UndecodableRecordException e) {
                    sink.send(record, e);
                    dead++;
                    continue;
                }
                files.write(row);
            }
            sink.flush();
        }
        return List.of(new Result(files.close(), count, dead)).iterator();
    }
}
