package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.KafkaNode;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.sandbox.lake.LakeSql;
import io.tweetlake.sandbox.lake.LakeVerification;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * lake-writer as a process, with a real broker and a real HDFS, against what happens to processes, brokers and disks.
 * Then DuckDB counts each offset once, and the lake verifies. {@code -Dlake.kills=50} kills it more often.
 */
class LakeFaultsIT {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final int KILLS = Integer.getInteger("lake.kills", 6);
    private static final Topic<String, byte[]> TOPIC = Topics.BRONZE_TWEETS_GENERIC;

    @TempDir
    private Path folder;

    private MiniDFSCluster hdfs;
    private int kafkaPort;
    private KafkaNode kafka;
    private Writer writer;
    private long produced;

    @BeforeEach
    void start() throws Exception {
        Configuration settings = new Configuration();
        settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
        settings.set("dfs.replication", "1");
        settings.set("dfs.blocksize", "1048576");
        settings.set("dfs.namenode.fs-limits.min-block-size", "1024");
        hdfs = new MiniDFSCluster.Builder(settings).numDataNodes(1).build();
        kafkaPort = FreePort.find();
        kafka = KafkaNode.start(folder.resolve("kafka"), kafkaPort);
        kafka.create(Topics.all(), 2);
        // One to each partition, alone: many at once may meet a leader that does not know yet that it is one.
        produce(1);
        produce(1);
    }

    @AfterEach
    void stop() throws IOException {
        if (writer != null) {
            writer.close();
        }
        kafka.close();
        hdfs.shutdown(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "delta"})
    void killedAtAnyMomentItLosesNothingAndRepeatsNothing(String format) throws Exception {
        writer = new Writer("--lake.format=" + format);
        Random moments = new Random(20_260_101);
        long from = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            // It must get somewhere in between, else all kills would hit its start.
            long target = from;
            await().atMost(BOUND).until(() -> {
                produce(500);
                return rowsInLake() > target;
            });
            from = rowsInLake();
            produce(5_000);
            long moment = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(moments.nextInt(1_500));
            await().atMost(BOUND).pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() >= moment);
            writer.kill();
        }
        assertThatAllIsInTheLakeOnce();
    }

    @Test
    void itOutlivesRestartsOfDatanodeNamenodeAndBroker() throws Exception {
        writer = new Writer();
        produceAndAwait(2_000);
        MiniDFSCluster.DataNodeProperties datanode = hdfs.stopDataNode(0);
        produce(2_000);
        await().atMost(BOUND).until(() -> writer.log().contains("lake-writer failed"));
        assertThat(hdfs.restartDataNode(datanode, true)).isTrue();
        produceAndAwait(2_000);

        hdfs.restartNameNode(false);
        produceAndAwait(2_000);

        kafka.close();
        kafka = KafkaNode.start(folder.resolve("kafka"), kafkaPort);
        produceAndAwait(2_000);
        assertThatAllIsInTheLakeOnce();
    }

    @Test
    void itOutlivesAFullDisk() throws Exception {
        writer = new Writer();
        produceAndAwait(2_000);
        DistributedFileSystem files = hdfs.getFileSystem();
        files.setQuota(new org.apache.hadoop.fs.Path("/lake"), HdfsConstants.QUOTA_DONT_SET, 1_200_000);
        produce(5_000);
        await().atMost(BOUND).until(() -> writer.log().contains("quota"));
        files.setQuota(new org.apache.hadoop.fs.Path("/lake"), HdfsConstants.QUOTA_RESET, HdfsConstants.QUOTA_RESET);
        assertThatAllIsInTheLakeOnce();
    }

    @Test
    void aLostLedgerIsMadeAnew() throws Exception {
        writer = new Writer();
        produceAndAwait(2_000);
        writer.close();
        assertThat(hdfs.getFileSystem().delete(new org.apache.hadoop.fs.Path("/lake/_ledger"), true))
                .isTrue();
        produce(2_000);
        writer = new Writer();
        assertThatAllIsInTheLakeOnce();
        assertThat(writer.log()).contains("the ledger of bronze.tweets.generic was gone");
    }

    @Test
    void whatTheBrokerDeletedBeforeItWasReadIsAnErrorUntilItIsAccepted() throws Exception {
        writer = new Writer();
        produceAndAwait(1_000);
        writer.close();
        produce(1_000);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
            admin.deleteRecords(Map.of(new TopicPartition(TOPIC.name(), 0), RecordsToDelete.beforeOffset(800)))
                    .all()
                    .get();
        }
        writer = new Writer();
        await().atMost(BOUND).until(() -> writer.log().contains("lake.accept-loss=true"));
        assertThat(rowsInLake()).isEqualTo(1_002);
        writer.close();

        writer = new Writer("--lake.accept-loss=true");
        long lost = 800 - 501;
        await().atMost(BOUND).until(() -> rowsInLake() == produced - lost);
        assertThat(verified().lost()).isEqualTo(lost);
        assertThat(verified().problems()).isEmpty();
    }

    @Test
    void aTopicThatWasMadeAnewIsRefusedAlsoWhenItHasGrown() throws Exception {
        writer = new Writer();
        produceAndAwait(1_000);
        writer.close();
        long before = rowsInLake();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
            admin.deleteTopics(List.of(TOPIC.name())).all().get();
            await().atMost(BOUND).until(() -> !admin.listTopics().names().get().contains(TOPIC.name()));
        }
        kafka.create(List.of(TOPIC), 2);
        produce(1);
        produce(1);
        produce(3_000);
        writer = new Writer();
        await().atMost(BOUND).until(() -> writer.log().contains("was deleted and made anew"));
        writer.close();
        assertThat(rowsInLake()).isEqualTo(before);
    }

    @Test
    void onAClusterItOutlivesItsWorkers() throws Exception {
        try (SparkCluster cluster = SparkCluster.start(folder.resolve("spark"))) {
            writer = new Writer(cluster.submit());
            produceAndAwait(2_000);
            assertThat(writer.log()).contains("runs on spark://127.0.0.1:");
            produceCounts(200);
            produce(20_000);
            cluster.killAWorker();
            produce(20_000);
            assertThatAllIsInTheLakeOnce();
            try (LakeFiles files = new LakeFiles(lake());
                    LakeSql sql = LakeSql.open(files, folder.resolve("cache"))) {
                assertThat(sql.query("select count(*), sum(mentions) from gold.hashtag_counts")
                                .rows()
                                .toString())
                        .isEqualTo("[[50, 150]]");
            }
        }
    }

    private void assertThatAllIsInTheLakeOnce() throws Exception {
        awaitAll();
        writer.close();
        assertThat(verified().problems()).isEmpty();
        try (LakeFiles files = new LakeFiles(lake());
                LakeSql sql = LakeSql.open(files, folder.resolve("cache"))) {
            assertThat(sql.query(
                                    "select count(*), count(distinct (\"partition\", \"offset\")) from bronze.tweets_generic")
                            .rows())
                    .containsExactly(List.of(produced, produced));
        }
    }

    private LakeVerification.Finding verified() throws Exception {
        try (LakeFiles files = new LakeFiles(lake());
                LakeSql sql = LakeSql.open(files, folder.resolve("cache"))) {
            return LakeVerification.of(TOPIC, files, sql);
        }
    }

    private long rowsInLake() throws IOException {
        try (LakeFiles files = new LakeFiles(lake())) {
            return files.ledgers().state(TOPIC).rows();
        }
    }

    private long publishedRows() throws IOException {
        try (LakeFiles files = new LakeFiles(lake())) {
            return files.rows(TOPIC);
        }
    }

    private void produceAndAwait(int records) throws Exception {
        produce(records);
        awaitAll();
    }

    /** The lake may be out of reach for some time; what the ledger has decided is published a moment later. */
    private void awaitAll() {
        await().atMost(BOUND).ignoreExceptions().until(() -> rowsInLake() == produced && publishedRows() == produced);
    }

    /** To both partitions in turn. */
    private void produce(int records) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address(), "linger.ms", 5),
                new StringSerializer(),
                new ByteArraySerializer())) {
            var last = producer.send(record());
            for (int i = 1; i < records; i++) {
                last = producer.send(record());
            }
            producer.flush();
            assertThat(last.get().hasOffset()).isTrue();
        }
    }

    /** Counts of 50 hashtags, from 0 upwards; waits until they are in the lake. */
    private void produceCounts(int records) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address()), new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                String count =
                        "{\"window_start\":\"2026-01-01T00:00:00Z\",\"window_end\":\"2026-01-01T00:05:00Z\",\"hashtag\":\"%d\",\"mentions\":%d}"
                                .formatted(i % 50, i / 50);
                producer.send(new ProducerRecord<>(
                        Topics.GOLD_HASHTAG_COUNTS.name(), i % 2, "w/" + i % 50, count.getBytes(UTF_8)));
            }
        }
        await().atMost(BOUND).until(() -> {
            try (LakeFiles files = new LakeFiles(lake())) {
                return files.ledgers().state(Topics.GOLD_HASHTAG_COUNTS).read().values().stream()
                                .mapToLong(OffsetRange::until)
                                .sum()
                        >= records;
            }
        });
    }

    private ProducerRecord<String, byte[]> record() {
        long number = produced++;
        byte[] value = ("{\"number\":" + number + "}" + "x".repeat(400)).getBytes(UTF_8);
        return new ProducerRecord<>(TOPIC.name(), (int) (number % 2), String.valueOf(number), value);
    }

    private String address() {
        return "localhost:" + kafkaPort;
    }

    private URI lake() {
        return hdfs.getURI().resolve("/lake");
    }

    /** The service, and whoever starts it again when it ends. */
    private final class Writer implements Closeable {
        private final List<String> command;
        private final Path log = folder.resolve("lake-writer-" + System.nanoTime() + ".log");
        private final Thread supervisor;
        private volatile Process process;
        private volatile boolean stopping;

        Writer(String... settings) throws IOException {
            this(
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx700m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-jar",
                            Tweetlake.HOME
                                    .resolve("lake-writer/target/lake-writer.jar")
                                    .toString()),
                    settings);
        }

        Writer(List<String> program, String... settings) throws IOException {
            command = new ArrayList<>(program);
            command.addAll(List.of(
                    "--lake.root=" + lake(),
                    "--lake.hadoop.dfs.replication=1",
                    "--lake.hadoop.dfs.blocksize=1048576",
                    "--lake.trigger=300ms",
                    "--lake.merge-trigger=300ms",
                    "--health.port=0",
                    "--kafka.bootstrap.servers=" + address()));
            command.addAll(List.of(settings));
            process = launch();
            supervisor = new Thread(this::supervise);
            supervisor.start();
        }

        private Process launch() throws IOException {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        }

        private void supervise() {
            try {
                while (!stopping) {
                    process.waitFor();
                    if (!stopping) {
                        process = launch();
                    }
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void kill() {
            process.destroyForcibly().onExit().join();
        }

        String log() throws IOException {
            return Files.exists(log) ? Files.readString(log) : "";
        }

        @Override
        public void close() {
            stopping = true;
            process.destroyForcibly().onExit().join();
        }
    }
}
