package io.tweetlake.lake;

import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** lake-writer: every topic of every tier to its Parquet table, one query a topic. */
public final class LakeWriterMain {
    static final ServiceSettings SETTINGS = new ServiceSettings(LakeProgress.GROUP, LakeWriterConfig.class, 8084);

    private static final Logger log = LoggerFactory.getLogger(LakeWriterMain.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration DRAIN_BOUND = Duration.ofSeconds(15);

    private LakeWriterMain() {}

    public static void main(String[] arguments) {
        Service.run(SETTINGS, arguments, LakeWriterMain::write);
    }

    private static void write(Service service) throws Exception {
        LakeWriterConfig config = service.config(LakeWriterConfig.class);
        KafkaConfig kafka = service.config(KafkaConfig.class);
        try (SparkSession spark = SparkSession.builder().config(spark(config)).getOrCreate();
                Admin admin = Admin.create(kafka.properties())) {
            log.info(
                    "Spark {} runs on {}", spark.version(), spark.sparkContext().master());
            Configuration hadoop = spark.sparkContext().hadoopConfiguration();
            LakePaths paths = new LakePaths(config.root());
            checkReachable(paths, hadoop);
            List<Topic<String, ?>> topics =
                    config.version().map(LakeWriterMain::version).orElse(Topics.LAKE);
            Map<Topic<String, ?>, LakeCommit> commits = new LinkedHashMap<>();
            for (Topic<String, ?> topic : topics) {
                LakeCommit commit = new LakeCommit(topic, paths, hadoop);
                commit.check();
                commit.probe(LakeRows.of(topic, LakeRows.sample(spark, topic)));
                commits.put(topic, commit);
            }
            if (!service.topics().await(service, topics)) {
                return;
            }
            LakeProgress progress = new LakeProgress(group(config), admin, hadoop, service.metrics());
            spark.streams().addListener(progress);
            List<LakeQuery> queries = new ArrayList<>();
            for (Map.Entry<Topic<String, ?>, LakeCommit> commit : commits.entrySet()) {
                Topic<String, ?> topic = commit.getKey();
                queries.add(new LakeQuery(
                        topic,
                        paths.checkpoint(topic),
                        records(spark, kafka, config, topic),
                        commit.getValue(),
                        progress,
                        config.trigger()));
            }
            service.readyWhen(() -> queries.stream().allMatch(LakeQuery::isActive));
            while (!service.awaitStop(POLL)) {
                for (LakeQuery query : queries) {
                    query.check();
                }
            }
            long deadline = System.nanoTime() + DRAIN_BOUND.toNanos();
            for (LakeQuery query : queries) {
                query.stop(deadline);
            }
        }
    }

    private static List<Topic<String, ?>> version(String version) {
        if (!version.matches(Silver.VERSION)) {
            throw new InvalidConfigException(List.of("lake.version is " + version + "; it must be v1, v2 …"));
        }
        return Silver.version(version).lake();
    }

    private static String group(LakeWriterConfig config) {
        return config.version()
                .map(version -> LakeProgress.GROUP + "-" + version)
                .orElse(LakeProgress.GROUP);
    }

    private static Dataset<Row> records(
            SparkSession spark, KafkaConfig kafka, LakeWriterConfig config, Topic<String, ?> topic) {
        DataStreamReader reader = spark.readStream()
                .format("kafka")
                .option("subscribe", topic.name())
                .option("startingOffsets", "earliest")
                .option("includeHeaders", true)
                .option("failOnDataLoss", true)
                .option("maxOffsetsPerTrigger", config.maxRecordsPerBatch());
        kafka.properties().forEach((key, value) -> reader.option("kafka." + key, String.valueOf(value)));
        return reader.option("kafka.isolation.level", "read_committed").load();
    }

    private static SparkConf spark(LakeWriterConfig config) {
        SparkConf spark = new SparkConf()
                .setAppName(LakeProgress.GROUP)
                .setIfMissing("spark.master", config.master())
                .setIfMissing("spark.ui.enabled", "false")
                .setIfMissing("spark.sql.parquet.compression.codec", "zstd")
                .setIfMissing("spark.sql.shuffle.partitions", "1")
                .setIfMissing("spark.sql.streaming.minBatchesToRetain", "10")
                // HDFS's client waits so long when the namenode has not heard of a file's block yet: by default for 400
                // ms, a file.
                .setIfMissing("spark.hadoop.dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "5")
                .setIfMissing("spark.hadoop.dfs.client.block.write.locateFollowingBlock.retries", "10")
                .set("spark.sql.session.timeZone", "UTC")
                // The staging folder is private until it is published, so the second rename of version 1 buys nothing.
                .set("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "2")
                .set("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false");
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
