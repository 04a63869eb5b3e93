package io.tweetlake.lake;

import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** The tables under a root, by way of Spark. */
record Lake(LakePaths paths, SparkSession spark, Broadcast<SerializableConfiguration> hadoop) {

    /** @throws IOException if it cannot be written */
    static Lake at(URI root, SparkSession spark) throws IOException {
        Path path = new Path(root);
        try {
            path.getFileSystem(spark.sparkContext().hadoopConfiguration()).mkdirs(path);
        } catch (IOException e) {
            throw new IOException("cannot write the lake at " + root + " (lake.root)", e);
        }
        return new Lake(new LakePaths(root), spark, LakeTable.hadoop(spark));
    }

    /**
     * Opens tables of which this process is the writer.
     *
     * @param format of those that are new; what is a Delta table stays one
     */
    List<LakeTable> toWrite(List<Topic<String, ?>> topics, LakeWriterConfig.Format format) throws IOException {
        List<LakeTable> tables = new ArrayList<>();
        for (Topic<String, ?> topic : topics) {
            LakeTable table = LakeTable.open(topic, paths, spark, hadoop);
            if (format == LakeWriterConfig.Format.DELTA
                    || table.ledger().state().delta()
                    || table.ledger().delta().exists()) {
                table.ledger().makeDelta();
            }
            tables.add(table);
        }
        return tables;
    }

    /** Opens tables that another process may be writing. */
    List<LakeTable> beside(List<Topic<String, ?>> topics) throws IOException {
        List<LakeTable> tables = new ArrayList<>();
        for (Topic<String, ?> topic : topics) {
            tables.add(LakeTable.openBeside(topic, paths, spark, hadoop));
        }
        return tables;
    }

    /** Opens all tables that another process may be writing. */
    List<LakeTable> allBeside() throws IOException {
        List<Topic<String, ?>> all = new ArrayList<>(Topics.LAKE);
        all.addAll(versions());
        return beside(all);
    }

    /** The topics of the versions of silver that are there now. */
    List<Topic<String, ?>> versions() throws IOException {
        return paths.versions(configuration());
    }

    PurgeReports purgeReports() throws IOException {
        return new PurgeReports(paths, configuration());
    }

    private Configuration configuration() {
        return spark.sparkContext().hadoopConfiguration();
    }
}
