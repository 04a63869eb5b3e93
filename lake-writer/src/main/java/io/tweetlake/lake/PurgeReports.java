package io.tweetlake.lake;

import io.tweetlake.ledger.LedgerJson;
import io.tweetlake.ledger.PurgeReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What was purged when, in {@code _purge} under the lake's root. One thread uses it. */
final class PurgeReports {
    private static final String REPORT = ".json";
    private static final StructType ID = new StructType().add("id", DataTypes.StringType);

    /** What a purge notes of posts. */
    enum Found {
        /** They go. */
        IDS,
        /** Their place is forgotten. */
        SCRUBBED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

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

    /** Notes posts that a purge has found, as Parquet of one column {@code id}, before it takes any of them out. */
    void note(SparkSession spark, Found found, Instant purge, Collection<String> ids) {
        if (!ids.isEmpty()) {
            ids(spark, ids)
                    .coalesce(1)
                    .write()
                    .mode("append")
                    .parquet(new Path(folder, found + "/" + name(purge)).toString());
        }
    }

    /** All that purges after one have noted, and those that were cut short among them. */
    Dataset<Row> notedAfter(SparkSession spark, Found found, Instant purge) throws IOException {
        Path all = new Path(folder, found.toString());
        List<String> later = new ArrayList<>();
        if (files.exists(all)) {
            for (FileStatus one : files.listStatus(all)) {
                if (one.getPath().getName().compareTo(name(purge)) > 0) {
                    later.add(NamedFiles.literal(one.getPath()));
                }
            }
        }
        return later.isEmpty() ? ids(spark, List.of()) : spark.read().schema(ID).parquet(later.toArray(String[]::new));
    }

    static Dataset<Row> ids(SparkSession spark, Collection<String> ids) {
        return spark.createDataFrame(ids.stream().map(RowFactory::create).toList(), ID);
    }

    /** A time that sorts as text and that every file system takes. */
    private static String name(Instant at) {
        return at.toString().replace(":", "").replace("-", "");
    }
}
