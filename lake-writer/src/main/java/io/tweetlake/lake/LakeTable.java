package io.tweetlake.lake;

import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerState;
import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A topic's table and what it takes to work on it.
 *
 * @param layout of the files that are written now; earlier ones may have other columns
 */
record LakeTable(
        Topic<String, ?> topic,
        TableLayout layout,
        Ledger ledger,
        SparkSession spark,
        Broadcast<SerializableConfiguration> hadoop) {

    LakeTable(Topic<String, ?> topic, Ledger ledger, SparkSession spark, Broadcast<SerializableConfiguration> hadoop) {
        this(topic, TableLayout.of(topic), ledger, spark, hadoop);
    }

    private static final String SUFFIX = ".parquet";

    /** Opens the table of a topic, of which this process is the writer; its ledger is made anew if it is gone. */
    static LakeTable open(
            Topic<String, ?> topic, LakePaths paths, SparkSession spark, Broadcast<SerializableConfiguration> hadoop)
            throws IOException {
        Ledger ledger =
                Ledger.open(topic, paths, spark.sparkContext().hadoopConfiguration(), Duration.ZERO, step -> {});
        LostLedger.restore(topic, ledger, spark);
        ledger.sweep();
        return new LakeTable(topic, ledger, spark, hadoop);
    }

    /** Opens the table of a topic beside the process that writes it. */
    static LakeTable openBeside(
            Topic<String, ?> topic, LakePaths paths, SparkSession spark, Broadcast<SerializableConfiguration> hadoop)
            throws IOException {
        Ledger ledger = Ledger.open(topic, paths, spark.sparkContext().hadoopConfiguration(), Ledger.TRUST, step -> {});
        return new LakeTable(topic, ledger, spark, hadoop);
    }

    /** What tasks need to reach the file system. */
    static Broadcast<SerializableConfiguration> hadoop(SparkSession spark) {
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
    }

    /**
     * What rewritten rows of a file are called. In a plain table they take its place under its name. Who reads a Delta
     * table may be at an earlier version, and needs the file as it was: they get a name that none has had nor will
     * have.
     */
    DataFile rewritten(DataFile rows, String name, LedgerState state) {
        String stem = name.substring(0, name.length() - SUFFIX.length());
        return rows.as(state.delta() ? stem + "." + (state.number() + 1) + SUFFIX : name);
    }

    /** The same table, with posts that were written longer before their arrival by month. */
    LakeTable hoursWithin(Duration before) {
        return new LakeTable(topic, layout.hoursWithin(before), ledger, spark, hadoop);
    }

    TableFiles files() {
        return ledger.table();
    }
}
