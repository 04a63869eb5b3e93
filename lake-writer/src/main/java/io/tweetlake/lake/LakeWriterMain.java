package io.tweetlake.lake;

import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** lake-writer: every topic of every tier to its table, one query a topic. */
public final class LakeWriterMain {
    static final ServiceSettings SETTINGS = new ServiceSettings(LakeProgress.GROUP, LakeWriterConfig.class, 8084);

    private static final Logger log = LoggerFactory.getLogger(LakeWriterMain.class);

    private LakeWriterMain() {}

    public static void main(String[] arguments) {
        Service.run(SETTINGS, arguments, LakeWriterMain::run);
    }

    private static void run(Service service) throws Exception {
        LakeWriterConfig config = service.config(LakeWriterConfig.class);
        Optional<String> version = config.version();
        if (version.isPresent() && config.task() != LakeWriterConfig.Task.WRITE) {
            throw new InvalidConfigException(
                    List.of("lake.task " + config.task() + " is for the whole lake: leave lake.version out"));
        }
        if (version.isPresent() && !version.get().matches(Silver.VERSION)) {
            throw new InvalidConfigException(List.of("lake.version is " + version.get() + "; it must be v1, v2 …"));
        }
        try (SparkSession spark = SparkSession.builder().config(spark(config)).getOrCreate()) {
            log.info(
                    "Spark {} runs on {}", spark.version(), spark.sparkContext().master());
            Configuration hadoop = spark.sparkContext().hadoopConfiguration();
            LakePaths paths = new LakePaths(config.root());
            checkReachable(paths, hadoop);
            Broadcast<SerializableConfiguration> broadcast = LakeTable.hadoop(spark);
            List<Topic<String, ?>> topics =
                    version.map(name -> Silver.version(name).lake()).orElse(Topics.LAKE);
            if (config.task() == LakeWriterConfig.Task.WRITE) {
                List<LakeTable> tables = new ArrayList<>();
                for (Topic<String, ?> topic : topics) {
                    tables.add(LakeTable.open(topic, paths, spark, broadcast));
                }
                String group =
                        version.map(name -> LakeProgress.GROUP + "-" + name).orElse(LakeProgress.GROUP);
                new LakeWriter(service, spark, group)
                        .run(
                                tables,
                                version.isPresent()
                                        ? null
                                        : due(config, spark, () -> {
                                            List<LakeTable> all = new ArrayList<>(tables);
                                            all.addAll(beside(paths.versions(hadoop), paths, spark, broadcast));
                                            return all;
                                        }));
                return;
            }
            service.readyWhen(() -> true);
            List<Topic<String, ?>> all = new ArrayList<>(Topics.LAKE);
            all.addAll(paths.versions(hadoop));
            switch (config.task()) {
                case COMPACT -> compact(beside(all, paths, spark, broadcast), config.lateness());
                case PURGE ->
                    new Purge(() -> beside(all, paths, spark, broadcast), spark, new PurgeReports(paths, hadoop)).run();
                case WRITE -> throw new IllegalStateException("is done above");
            }
        }
    }

    private static LakeWriter.DuePurge due(LakeWriterConfig config, SparkSession spark, Purge.Tables tables)
            throws IOException {
        PurgeReports reports = new PurgeReports(
                new LakePaths(config.root()), spark.sparkContext().hadoopConfiguration());
        return new LakeWriter.DuePurge(
                new Purge(tables, spark, reports), reports.last().at(), config.purgeWithin());
    }

    /** Opens tables that another process may be writing. */
    private static List<LakeTable> beside(
            List<Topic<String, ?>> topics,
            LakePaths paths,
            SparkSession spark,
            Broadcast<SerializableConfiguration> hadoop)
            throws IOException {
        List<LakeTable> tables = new ArrayList<>();
        for (Topic<String, ?> topic : topics) {
            tables.add(LakeTable.openBeside(topic, paths, spark, hadoop));
        }
        return tables;
    }

    private static void compact(List<LakeTable> tables, Duration lateness) throws IOException {
        Instant now = Instant.now();
        for (LakeTable table : tables) {
            CompleteHours hours = new CompleteHours(table.ledger(), lateness);
            int replaced = new Compaction(table).compact(hour -> hours.isOver(hour, now));
            log.info("{}: {} files compacted", table.topic().name(), replaced);
        }
    }

    private static SparkConf spark(LakeWriterConfig config) {
        SparkConf spark = new SparkConf()
                .setAppName(LakeProgress.GROUP)
                .setIfMissing("spark.master", config.master())
                .setIfMissing("spark.ui.enabled", "false")
                .setIfMissing("spark.sql.shuffle.partitions", "2")
                .setIfMissing("spark.sql.streaming.minBatchesToRetain", "10")
                // The upkeep's jobs take turns with the micro-batches.
                .setIfMissing("spark.scheduler.mode", "FAIR")
                // Checksum files beside local files are renamed apart from them.
                .setIfMissing("spark.hadoop.fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem")
                .setIfMissing("spark.hadoop.fs.AbstractFileSystem.file.impl", "org.apache.hadoop.fs.local.RawLocalFs")
                // HDFS's client waits so long when the namenode has not heard of a file's block yet: by default for 400
                // ms, a file.
                .setIfMissing("spark.hadoop.dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "5")
                .setIfMissing("spark.hadoop.dfs.client.block.write.locateFollowingBlock.retries", "10")
                .set("spark.sql.session.timeZone", "UTC");
        for (Map.Entry<String, String> entry : config.hadoop().entrySet()) {
            spark.set("spark.hadoop." + entry.getKey(), entry.getValue());
        }
        return spark;
    }

    private static void checkReachable(LakePaths paths, Configuration hadoop) throws IOException {
        org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(paths.root());
        try {
            root.getFileSystem(hadoop).mkdirs(root);
        } catch (IOException e) {
            throw new IOException("cannot write the lake at " + paths.root() + " (lake.root)", e);
        }
    }
}
