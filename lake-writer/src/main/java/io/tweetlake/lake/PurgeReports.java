package io.tweetlake.lake;

import io.tweetlake.ledger.LedgerJson;
import io.tweetlake.ledger.PurgeReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.StructType;

/** What was purged when, in {@code _purge} under the lake's root. One thread uses it. */
final class PurgeReports {
    private static final String REPORT = ".json";

    private final Path folder;
    private final FileSystem files;

    PurgeReports(LakePaths paths, Configuration hadoop) throws IOException {
        this.folder = paths.purge();
        this.files = folder.getFileSystem(hadoop);
    }

    /** The last purge that was finished, or one that has looked at nothing. */
    PurgeReport last() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        if (files.exists(folder)) {
            for (FileStatus file : files.listStatus(folder)) {
                if (file.getPath().getName().endsWith(REPORT)) {
                    names.add(file.getPath().getName());
                }
            }
        }
        if (names.isEmpty()) {
            return PurgeReport.NONE;
        }
        try (InputStream in = files.open(new Path(folder, names.last()))) {
            return LedgerJson.read(in, PurgeReport.class);
        }
    }

    void write(PurgeReport report) throws IOException {
        Path written = new Path(folder, "_" + UUID.randomUUID());
        try (OutputStream out = files.create(written)) {
            out.write(LedgerJson.write(report));
        }
        if (!files.rename(written, new Path(folder, name(report.at()) + REPORT))) {
            throw new IOException("cannot write the report of " + report.at() + " to " + folder);
        }
    }

    /** Where a purge notes the posts that it found by their account, an edit or a repost. */
    Path ids(Instant purge) {
        return new Path(folder, "ids/" + name(purge));
    }

    /** Where it notes the posts whose place must be forgotten. */
    Path scrubbed(Instant purge) {
        return new Path(folder, "scrubbed/" + name(purge));
    }

    Dataset<Row> readAllIds(SparkSession spark, StructType schema) throws IOException {
        return readAll(spark, new Path(folder, "ids"), schema);
    }

    Dataset<Row> readAllScrubbed(SparkSession spark, StructType schema) throws IOException {
        return readAll(spark, new Path(folder, "scrubbed"), schema);
    }

    Dataset<Row> read(SparkSession spark, Path ids, StructType schema) throws IOException {
        return files.exists(ids)
                ? spark.read().schema(schema).parquet(ids.toString())
                : spark.createDataFrame(List.of(), schema);
    }

    private Dataset<Row> readAll(SparkSession spark, Path all, StructType schema) throws IOException {
        return files.exists(all)
                ? spark.read()
                        .schema(schema)
                        .option("recursiveFileLookup", "true")
                        .parquet(all.toString())
                : spark.createDataFrame(List.of(), schema);
    }

    /** A time that sorts as text and that every file system takes. */
    private static String name(Instant at) {
        return at.toString().replace(":", "").replace("-", "");
    }
}
