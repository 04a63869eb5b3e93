package io.tweetlake.lake;

import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/**
 * Publishes a micro-batch so that any Parquet reader sees each of its rows once, whatever crashes when.
 *
 * <p>Spark repeats a micro-batch under the same number with the same offsets until it has been acknowledged. The batch
 * is written to a staging folder, one file a partition, and each file is then renamed into its table under the batch's
 * number, replacing what an earlier try published there. A repeat so replaces itself and never adds, and no reader sees
 * a file that is not whole. See ADR 6.
 */
final class LakeCommit {
    private final Topic<?, ?> topic;
    private final LakePaths paths;
    private final FileContext files;

    LakeCommit(Topic<?, ?> topic, LakePaths paths, Configuration hadoop) throws IOException {
        this.topic = topic;
        this.paths = paths;
        this.files = FileContext.getFileContext(paths.root(), hadoop);
    }

    /**
     * Batch numbers start anew without a checkpoint and would replace published files of the same number.
     *
     * @throws IOException if the table has files and its checkpoint is gone
     */
    void check() throws IOException {
        if (!files.util().exists(paths.checkpoint(topic)) && !published().isEmpty()) {
            throw new IOException(
                    "%s holds files, but its checkpoint %s is gone; bring it back, or move the table away to write it anew"
                            .formatted(paths.table(topic), paths.checkpoint(topic)));
        }
    }

    /**
     * Writes some rows as a micro-batch is written, and removes them: what is wrong with file system, rights or native
     * libraries shows at start, and what Spark compiles for the first batch is compiled.
     */
    void probe(Dataset<Row> rows) throws IOException {
        Path staging = new Path(paths.staging(topic), "probe");
        stage(rows, staging);
        files.delete(staging, true);
    }

    /** Writes and publishes a micro-batch. */
    void publish(Dataset<Row> rows, long batch) throws IOException {
        Path staging = new Path(paths.staging(topic), String.valueOf(batch));
        stage(rows, staging);
        String name = String.format(Locale.ROOT, "%012d.parquet", batch);
        for (Path staged : parquetBelow(staging)) {
            Path hour = staged.getParent();
            Path target = new Path(new Path(paths.table(topic), hour.getParent().getName()), hour.getName());
            files.mkdir(target, null, true);
            files.rename(staged, new Path(target, name), Options.Rename.OVERWRITE);
        }
        files.delete(staging, true);
    }

    private static void stage(Dataset<Row> rows, Path staging) {
        rows.coalesce(1)
                .write()
                .mode(SaveMode.Overwrite)
                .partitionBy("date", "hour")
                // No two deliveries are the same: a dictionary of them is built, grows too large and is thrown away.
                .option("parquet.enable.dictionary#value", "false")
                .parquet(staging.toString());
    }

    private List<Path> published() throws IOException {
        return files.util().exists(paths.table(topic)) ? parquetBelow(paths.table(topic)) : List.of();
    }

    private List<Path> parquetBelow(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        RemoteIterator<LocatedFileStatus> listing = files.util().listFiles(folder, true);
        while (listing.hasNext()) {
            Path path = listing.next().getPath();
            if (path.getName().endsWith(".parquet")) {
                found.add(path);
            }
        }
        return found;
    }
}
