package io.tweetlake.lake;

import io.micrometer.core.instrument.Tags;
import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.jspecify.annotations.Nullable;

/** Writes topics to their tables until the service is told to stop, and looks after the tables meanwhile. */
final class LakeWriter {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration DRAIN_BOUND = Duration.ofSeconds(15);

    /** A record that has nothing but its time. */
    private static final String PROBE = "select cast('' as binary) key,"
            + " cast('{\"%2$s\":\"1970-01-01T00:00:00Z\"}' as binary) value, '%1$s' topic, 0 partition, 0L offset,"
            + " timestamp_millis(0) timestamp, 0 timestampType,"
            + " array(named_struct('key', '', 'value', cast('' as binary))) headers";

    private final Service service;
    private final LakeWriterConfig config;
    private final Map<String, String> kafka;
    private final SparkSession spark;
    private final String group;

    /** @param group whose offsets show how far the lake is */
    LakeWriter(Service service, SparkSession spark, String group) {
        this.service = service;
        this.config = service.config(LakeWriterConfig.class);
        this.kafka = new TreeMap<>();
        service.config(KafkaConfig.class).properties().forEach((key, value) -> kafka.put(key, String.valueOf(value)));
        this.spark = spark;
        this.group = group;
    }

    /**
     * Runs until the service is told to stop.
     *
     * @param tables to write
     * @param purge for all of the lake, run when it is due; null for none
     */
    void run(List<LakeTable> tables, @Nullable DuePurge purge) throws Exception {
        DeadLetterSettings deadLetters = new DeadLetterSettings(Topics.DLQ_LAKE_WRITER.name(), kafka);
        List<LakeCommit> commits = new ArrayList<>();
        for (LakeTable table : tables) {
            LakeCommit commit = new LakeCommit(table.hoursWithin(config.hoursWithin()), deadLetters);
            commit.probe(spark.sql(
                    PROBE.formatted(table.topic().name(), table.layout().timeName())));
            commits.add(commit);
        }
        service.topics().createOwn(service);
        if (!service.topics()
                .await(service, tables.stream().map(LakeTable::topic).toList())) {
            return;
        }
        try (Admin admin = Admin.create(new TreeMap<String, Object>(kafka))) {
            LakeProgress progress = new LakeProgress(group, admin, service.metrics(), config.stallAfter());
            spark.streams().addListener(progress);
            List<LakeQuery> queries = new ArrayList<>();
            List<Maintenance> maintenance = new ArrayList<>();
            for (int i = 0; i < tables.size(); i++) {
                LakeTable table = tables.get(i);
                queries.add(start(table, commits.get(i), admin, progress));
                Maintenance ofTable = new Maintenance(table, config.lateness(), kept(config));
                service.metrics()
                        .gauge(
                                "lake.compaction.failures",
                                Tags.of("topic", table.topic().name()),
                                ofTable,
                                Maintenance::failures);
                maintenance.add(ofTable);
            }
            service.readyWhen(() -> (purge == null || !purge.failed())
                    && queries.stream().allMatch(query -> query.isActive() && !progress.isStalled(query.topic())));
            try (Upkeep upkeep = new Upkeep(() -> {
                spark.sparkContext().setLocalProperty("spark.scheduler.pool", "upkeep");
                for (int i = 0; i < tables.size(); i++) {
                    maintenance.get(i).run(progress.readUpTo(tables.get(i).topic()));
                }
                if (purge != null) {
                    purge.runIfDue(Instant.now());
                }
            })) {
                while (!service.awaitStop(POLL)) {
                    upkeep.check();
                    for (LakeQuery query : queries) {
                        query.check();
                    }
                }
            }
            long deadline = System.nanoTime() + DRAIN_BOUND.toNanos();
            for (LakeQuery query : queries) {
                query.stop(deadline);
                query.close();
            }
        }
    }

    /**
     * How long a file of a Delta table stays after it is no longer part of it. A purge begins within half the time that
     * it has; what it removes waits for so long, and of a version of silver at most for as long again.
     */
    static Duration kept(LakeWriterConfig config) {
        Duration part = config.purgeWithin().dividedBy(4);
        return part.compareTo(KEPT) < 0 ? part : KEPT;
    }

    private LakeQuery start(LakeTable table, LakeCommit commit, Admin admin, LakeProgress progress) throws Exception {
        Map<Integer, Long> begin = StartingOffsets.of(table.topic(), table.ledger(), admin, config.acceptLoss());
        progress.begin(table.topic(), begin);
        return new LakeQuery(
                table.topic(),
                source(spark, table.topic().name(), kafka, config.maxRecordsPerBatch()),
                begin,
                commit,
                progress,
                TableLayout.isKeyed(table.topic()) ? config.mergeTrigger() : config.trigger());
    }

    /**
     * Spark's Kafka source with all its options but where it starts.
     *
     * @param kafka settings of Kafka's clients
     * @param maxRecords in a micro-batch
     */
    static DataStreamReader source(SparkSession spark, String topic, Map<String, String> kafka, long maxRecords) {
        DataStreamReader reader = spark.readStream()
                .format("kafka")
                .option("subscribe", topic)
                .option("includeHeaders", true)
                .option("failOnDataLoss", true)
                // Spark asks for the partition's position at every poll: few large ones.
                .option("kafka.max.poll.records", 2_000)
                .option("kafka.max.partition.fetch.bytes", 4 << 20)
                .option("maxOffsetsPerTrigger", maxRecords);
        kafka.forEach((key, value) -> reader.option("kafka." + key, value));
        return reader.option("kafka.isolation.level", "read_committed");
    }
}
