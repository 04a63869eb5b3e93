package io.tweetlake.lake;

import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.classic.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** lake-writer: every topic of every tier to its table, one query a topic. */
public final class LakeWriterMain {
    static final ServiceSettings SETTINGS = new ServiceSettings(LakeProgress.GROUP, LakeWriterConfig.class, 8084);

    private static final Logger log = LoggerFactory.getLogger(LakeWriterMain.class);
    private static final String LOOPBACK = "127.0.0.1";

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
            Lake lake = Lake.at(config.root(), spark);
            switch (config.task()) {
                case WRITE -> write(service, lake, version);
                case COMPACT -> compact(lake.allBeside(), config.lateness());
                case PURGE -> new Purge(lake::allBeside, spark, lake.purgeReports()).run();
            }
        }
    }

    private static void write(Service service, Lake lake, Optional<String> version) throws Exception {
        LakeWriterConfig config = service.config(LakeWriterConfig.class);
        if (version.isPresent()) {
            List<LakeTable> tables = lake.toWrite(Silver.version(version.get()).lake(), config.format());
            new LakeWriter(service, lake.spark(), LakeProgress.GROUP + "-" + version.get()).run(tables, null);
            return;
        }
        List<LakeTable> tables = lake.toWrite(Topics.LAKE, config.format());
        Purge purge = new Purge(
                () -> Stream.concat(tables.stream(), lake.beside(lake.versions()).stream())
                        .toList(),
                lake.spark(),
                lake.purgeReports());
        DuePurge due = new DuePurge(
                purge,
                () -> lake.beside(lake.versions()),
                lake.purgeReports(),
                config.purgeWithin(),
                LakeWriter.kept(config));
        new LakeWriter(service, lake.spark(), LakeProgress.GROUP).run(tables, due);
    }

    private static void compact(List<LakeTable> tables, Duration lateness) throws IOException {
        Instant now = Instant.now();
        int failures = 0;
        for (LakeTable table : tables) {
            CompleteHours hours = new CompleteHours(table.ledger(), lateness);
            Compaction compaction = new Compaction(table);
            int replaced = compaction.compact(hour -> hours.isOver(hour, now));
            failures += compaction.failures();
            log.info("{}: {} files compacted", table.topic().name(), replaced);
        }
        if (failures > 0) {
            throw new IOException(failures + " hours could not be compacted, see the errors above; all others are");
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
                // HDFS's client waits so long when the namenode has not heard of a file's block yet: by default for 400
                // ms, a file.
                .setIfMissing("spark.hadoop.dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "5")
                .setIfMissing("spark.hadoop.dfs.client.block.write.locateFollowingBlock.retries", "10")
                .set("spark.sql.session.timeZone", "UTC");
        if (spark.get("spark.master").startsWith("local")) {
            // Nobody else is to talk to it.
            spark.setIfMissing("spark.driver.host", LOOPBACK);
            spark.setIfMissing("spark.driver.bindAddress", LOOPBACK);
        }
        if (!"s3a".equals(config.root().getScheme())) {
            // Checksum files beside local files are renamed apart from them. S3A insists on the class that has them.
            spark.setIfMissing("spark.hadoop.fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
            spark.setIfMissing("spark.hadoop.fs.AbstractFileSystem.file.impl", "org.apache.hadoop.fs.local.RawLocalFs");
        }
        for (Map.Entry<String, String> entry : config.hadoop().entrySet()) {
            spark.set("spark.hadoop." + entry.getKey(), entry.getValue());
        }
        return spark;
    }
}
