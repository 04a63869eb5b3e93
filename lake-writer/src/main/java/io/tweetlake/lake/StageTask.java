package io.tweetlake.lake;

import io.tweetlake.lake.HourFiles.StagedFile;
import io.tweetlake.lake.RecordDecoder.UndecodableRecordException;
import io.tweetlake.lake.UpdateFile.Updates;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes the records of a task to files of their hours, or as updates to one; what is no row goes to the dead letters.
 *
 * @param keyed whether they are updates
 */
record StageTask(
        RecordDecoder decoder,
        TableLayout layout,
        boolean keyed,
        String folder,
        Broadcast<SerializableConfiguration> hadoop,
        DeadLetterSettings deadLetters)
        implements Function2<Integer, Iterator<InternalRow>, Iterator<StageTask.Result>> {

    /**
     * What a task has done.
     *
     * @param dead records that are no rows
     */
    record Result(List<StagedFile> files, List<Updates> updates, long records, long dead) implements Serializable {}

    @Override
    public Iterator<Result> call(Integer task, Iterator<InternalRow> records) throws Exception {
        // A task that Spark tries again writes files of its own.
        String prefix = task + "." + TaskContext.get().taskAttemptId();
        Configuration settings = hadoop.value().value();
        HourFiles files = new HourFiles(layout, new Path(folder), prefix, settings);
        UpdateFile updates = new UpdateFile(layout, new Path(folder), prefix, settings);
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
                if (keyed) {
                    updates.write(row);
                } else {
                    files.write(row);
                }
            }
            sink.flush();
        }
        return List.of(new Result(files.close(), updates.close(), count, dead)).iterator();
    }
}
