package io.tweetlake.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_format;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * What the benchmark of the lake runs as a process of its own: one of three ways from Kafka to Parquet, over one topic
 * after the other. {@code lake} is lake-writer's own query, {@code stock} Spark's file sink, {@code bare} a loop of a
 * consumer and a Parquet writer for each partition, without Spark. Prints a line a topic: seconds and processor seconds
 * since the last line, the first since the process began.
 */
final class SinkBenchmark {
    private static final int TWO = 2;

    private final String bootstrap;
    private final URI lake;
    private final long batch;

    private SinkBenchmark(String bootstrap, URI lake, long batch) {
        this.bootstrap = bootstrap;
        this.lake = lake;
        this.batch = batch;
    }

    /** Arguments: way, bootstrap, lake, records a batch, records of a topic, topics. */
    public static void main(String[] arguments) throws Exception {
        SinkBenchmark sinks = new SinkBenchmark(arguments[1], URI.create(arguments[2]), Long.parseLong(arguments[3]));
        long records = Long.parseLong(arguments[4]);
        long beganMillis = ManagementFactory.getRuntimeMXBean().getStartTime();
        double cpuBefore = 0;
        for (String topic : List.of(arguments).subList(5, arguments.length)) {
            switch (arguments[0]) {
                case "lake" -> sinks.lake(topic, records);
                case "stock" -> sinks.stock(topic);
                case "bare" -> sinks.bare(topic);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
            long now = System.currentTimeMillis();
            double cpu = cpuSeconds();
            System.out.printf("%s %.2f %.2f%n", topic, (now - beganMillis) / 1000.0, cpu - cpuBefore);
            beganMillis = System.currentTimeMillis();
            cpuBefore = cpuSeconds();
        }
        System.exit(0);
    }

    private static double cpuSeconds() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    private static Topic<String, ?> topic(String name) {
        Topic<String, ?> like = name.startsWith("silver") ? Topics.SILVER_TWEETS : Topics.BRONZE_TWEETS_GENERIC;
        return like.as(name, "benchmark");
    }

    private static SparkSession spark() {
        return SparkSession.builder()
                .config(new SparkConf()
                        .setAppName("benchmark")
                        .setMaster("local[2]")
                        .set("spark.ui.enabled", "false")
                        .set("spark.sql.session.timeZone", "UTC"))
                .getOrCreate();
    }

    private void lake(String name, long records) throws Exception {
        SparkSession spark = spark();
        LakeTable table = LakeTable.open(topic(name), new LakePaths(lake), spark, LakeTable.hadoop(spark));
        LakeCommit commit = new LakeCommit(table, new DeadLetterSettings("none", Map.of()));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            LakeProgress progress =
                    new LakeProgress("benchmark", admin, new SimpleMeterRegistry(), Duration.ofMinutes(1));
            Map<Integer, Long> begin = StartingOffsets.of(table.topic(), table.ledger(), admin, false);
            try (LakeQuery query = new LakeQuery(
                    table.topic(),
                    LakeWriter.source(spark, name, Map.of("bootstrap.servers", bootstrap), batch),
                    begin,
                    commit,
                    progress,
                    Duration.ofMillis(1))) {
                while (table.ledger().state().rows() < records) {
                    query.check();
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                query.stop(System.nanoTime());
            }
        }
    }

    private void stock(String name) throws Exception {
        SparkSession spark = spark();
        StreamingQuery query = spark.readStream()
                .format("kafka")
                .option("subscribe", name)
                .option("includeHeaders", true)
                .option("maxOffsetsPerTrigger", batch)
                .option("kafka.bootstrap.servers", bootstrap)
                .option("startingOffsets", "earliest")
                .load()
                .drop("timestampType")
                .withColumn("date", date_format(col("timestamp"), "yyyy-MM-dd"))
                .withColumn("hour", date_format(col("timestamp"), "HH"))
                .writeStream()
                .format("parquet")
                .option("compression", "zstd")
                .option(
                        "checkpointLocation",
                        lake.resolve("stock-checkpoint/" + name).toString())
                .option("path", lake.resolve("stock/" + name).toString())
                .partitionBy("date", "hour")
                .trigger(Trigger.AvailableNow())
                .start();
        query.awaitTermination();
    }

    /** A thread for each partition: the least that one can do. */
    private void bare(String name) throws Exception {
        Thread[] threads = new Thread[TWO];
        for (int partition = 0; partition < TWO; partition++) {
            TopicPartition one = new TopicPartition(name, partition);
            threads[partition] = new Thread(() -> bare(one));
            threads[partition].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void bare(TopicPartition partition) {
        Path file = new Path(new Path(lake), "bare/" + partition + ".parquet");
        Map<String, Object> settings =
                new HashMap<>(Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"));
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                ParquetWriter<InternalRow> writer =
                        ParquetFiles.create(file, TableLayout.BRONZE, new Configuration())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            UTF8String topic = UTF8String.fromString(partition.topic());
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    writer.write(new GenericInternalRow(new Object[] {
                        topic,
                        record.partition(),
                        record.offset(),
                        record.timestamp() * 1_000,
                        record.key() == null ? null : UTF8String.fromBytes(record.key()),
                        headers(record),
                        record.value()
                    }));
                }
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static GenericArrayData headers(ConsumerRecord<byte[], byte[]> record) {
        Header[] headers = record.headers().toArray();
        Object[] rows = new Object[headers.length];
        for (int i = 0; i < headers.length; i++) {
            rows[i] =
                    new GenericInternalRow(new Object[] {UTF8String.fromString(headers[i].key()), headers[i].value()});
        }
        return new GenericArrayData(rows);
    }
}
