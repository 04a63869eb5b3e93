package io.tweetlake.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.lake.Ledger.Step;
import io.tweetlake.ledger.CompleteHour;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Many files become one on HDFS, which can join files, and on a local file system, which cannot. */
class CompactionIT {
    private static final int FILES = 20;
    private static final int ROWS = 10;
    private static final DeadLetterSettings NO_DEAD_LETTERS = new DeadLetterSettings("none", Map.of());
    private static final Configuration HADOOP = new Configuration();

    private static SparkSession spark;
    private static KafkaRows kafka;
    private static Broadcast<SerializableConfiguration> hadoop;
    private static MiniDFSCluster hdfs;

    @TempDir
    private static java.nio.file.Path folder;

    @BeforeAll
    static void start() throws IOException {
        HADOOP.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
        // Else the client waits for 400 ms a file until the namenode has heard of its block.
        HADOOP.set("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "5");
        HADOOP.set("dfs.client.block.write.locateFollowingBlock.retries", "10");
        hdfs = new MiniDFSCluster.Builder(HADOOP).numDataNodes(1).build();
        spark = KafkaRows.spark();
        kafka = new KafkaRows(spark);
        hadoop = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new SerializableConfiguration(HADOOP));
    }

    @AfterAll
    static void stop() {
        spark.stop();
        hdfs.shutdown();
    }

    static Stream<URI> lakes() throws IOException {
        return Stream.of(
                hdfs.getURI().resolve("/" + Instant.now().toEpochMilli()),
                Files.createTempDirectory(folder, "lake").toUri());
    }

    static Stream<Arguments> crashes() {
        return Stream.of(Step.STAGED, Step.DECIDED, Step.JOINED, Step.REPLACED, Step.PUBLISHED)
                .map(step -> Arguments.of(step, hdfs.getURI().resolve("/crash-" + step)));
    }

    @ParameterizedTest
    @MethodSource("lakes")
    void manyFilesOfAnHourBecomeOne(URI lake) throws Exception {
        Ledger ledger = filled(lake, step -> {});
        int replaced = compaction(ledger).compact(hour -> true);
        assertThat(replaced).isEqualTo(2 * FILES);
        assertThat(ledger.state().files()).hasSize(2).allSatisfy(file -> assertThat(file.rows())
                .isEqualTo(FILES * ROWS / 2));
        assertThat(offsets(lake)).containsExactlyElementsOf(all());
        assertThat(published(lake)).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void aCrashAtAnyStepLosesNothingAndRepeatsNothing(Step step, URI lake) throws Exception {
        AtomicBoolean filled = new AtomicBoolean();
        Ledger ledger = filled(lake, reached -> {
            if (filled.get() && reached == step) {
                throw new AssertionError("killed");
            }
        });
        filled.set(true);
        assertThatThrownBy(() -> compaction(ledger).compact(hour -> true)).hasMessageContaining("killed");
        assertThat(offsets(lake)).as("before the restart").containsExactlyElementsOf(all());

        Ledger again = ledger(lake, reached -> {});
        assertThat(offsets(lake)).as("after it").containsExactlyElementsOf(all());
        compaction(again).compact(hour -> true);
        assertThat(offsets(lake)).containsExactlyElementsOf(all());
        assertThat(published(lake)).hasSize(2);
    }

    @Test
    void aReaderOfHdfsSeesEachRowOnceAtAnyTime() throws Exception {
        URI lake = hdfs.getURI().resolve("/read");
        AtomicBoolean compacting = new AtomicBoolean(true);
        List<Long> counts = new ArrayList<>();
        Ledger ledger = filled(lake, reached -> {});
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            while (compacting.get()) {
                try {
                    List<Long> seen = offsets(lake);
                    counts.add(seen.size() == seen.stream().distinct().count() ? (long) seen.size() : -1L);
                } catch (FileNotFoundException listedAndGone) {
                    // Such a reader is told, and reads again.
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        compaction(ledger).compact(hour -> true);
        compacting.set(false);
        reader.join();
        assertThat(counts).isNotEmpty().allMatch(count -> count == FILES * ROWS);
    }

    @Test
    void theWriterMayPublishWhileAnotherProcessCompacts() throws Exception {
        URI lake = hdfs.getURI().resolve("/both");
        Ledger writer = filled(lake, reached -> {});
        compaction(ledger(lake, reached -> {})).compact(hour -> true);
        commit(writer)
                .publish(kafka.bronze(FILES * ROWS, FILES * ROWS + 2), KafkaRows.range(FILES * ROWS, FILES * ROWS + 2));
        assertThat(offsets(lake)).hasSize(FILES * ROWS + 2).doesNotHaveDuplicates();
        assertThat(writer.state().files()).hasSize(4);
    }

    @Test
    void hoursAreMarkedCompleteOnceTheyAreOverAndAgainWhenLateRowsCome() throws Exception {
        URI lake = Files.createTempDirectory(folder, "lake").toUri();
        Ledger ledger = filled(lake, reached -> {});
        CompleteHours hours = new CompleteHours(ledger, Duration.ofMinutes(10));
        assertThat(hours.mark(Instant.parse("2026-01-01T01:09:59Z"))).isZero();
        assertThat(hours.mark(Instant.parse("2026-01-01T01:10:00Z"))).isEqualTo(1);
        assertThat(hours.mark(Instant.parse("2026-01-01T01:10:00Z"))).isZero();
        CompleteHour first = ledger.state().complete().get(0);
        assertThat(first.partition()).isEqualTo("date=2026-01-01/hour=00");
        assertThat(first.rows()).isEqualTo(FILES * ROWS / 2);
        assertThat(first.offsets().get(0).from()).isZero();
        java.nio.file.Path marker =
                java.nio.file.Path.of(lake).resolve("bronze/tweets/ai/date=2026-01-01/hour=00/_SUCCESS");
        assertThat(marker).content().contains("\"rows\":" + FILES * ROWS / 2);

        commit(ledger)
                .publish(kafka.bronze(FILES * ROWS, FILES * ROWS + 1), KafkaRows.range(FILES * ROWS, FILES * ROWS + 1));
        assertThat(hours.mark(Instant.parse("2026-01-01T01:10:00Z"))).isEqualTo(1);
        assertThat(marker).content().contains("\"rows\":" + (FILES * ROWS / 2 + 1));
    }

    private static Ledger filled(URI lake, java.util.function.Consumer<Step> reached) throws IOException {
        Ledger ledger = ledger(lake, reached);
        LakeCommit commit = commit(ledger);
        for (int i = 0; i < FILES; i++) {
            commit.publish(
                    kafka.bronze((long) i * ROWS, (i + 1L) * ROWS), KafkaRows.range((long) i * ROWS, (i + 1L) * ROWS));
        }
        return ledger;
    }

    private static Ledger ledger(URI lake, java.util.function.Consumer<Step> reached) throws IOException {
        return Ledger.open(topic(), new LakePaths(lake), HADOOP, Duration.ZERO, reached);
    }

    private static LakeCommit commit(Ledger ledger) {
        return new LakeCommit(new LakeTable(topic(), ledger, spark, hadoop), NO_DEAD_LETTERS);
    }

    private static Compaction compaction(Ledger ledger) {
        return new Compaction(new LakeTable(topic(), ledger, spark, hadoop));
    }

    private static Topic<String, ?> topic() {
        return Topics.BRONZE_TWEETS_AI;
    }

    private static List<Long> all() {
        return LongStream.range(0, FILES * ROWS).boxed().toList();
    }

    /** All offsets that a plain Parquet reader finds in what it lists, in order. */
    private static List<Long> offsets(URI lake) throws IOException {
        List<Long> offsets = new ArrayList<>();
        for (Path path : published(lake)) {
            try (ParquetReader<Group> reader = ParquetReader.builder(new GroupReadSupport(), path)
                    .withConf(HADOOP)
                    .build()) {
                for (Group row = reader.read(); row != null; row = reader.read()) {
                    offsets.add(row.getLong("offset", 0));
                }
            }
        }
        offsets.sort(null);
        return offsets;
    }

    private static List<Path> published(URI lake) throws IOException {
        List<Path> found = new ArrayList<>();
        FileSystem files = FileSystem.get(lake, HADOOP);
        RemoteIterator<LocatedFileStatus> listing =
                files.listFiles(new Path(lake.resolve(lake.getPath() + "/bronze")), true);
        while (listing.hasNext()) {
            Path path = listing.next().getPath();
            if (path.getName().endsWith(".parquet")) {
                found.add(path);
            }
        }
        return found;
    }
}
