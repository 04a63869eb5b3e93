package io.tweetlake.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.lake.Ledger.Step;
import io.tweetlake.ledger.CompleteHour;
import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Many files become one on HDFS, which can join files, and on a local file system and S3, which cannot. */
class CompactionIT {
    private static final int FILES = 20;
    private static final int ROWS = 10;
    private static final DeadLetterSettings NO_DEAD_LETTERS = new DeadLetterSettings("none", Map.of());
    private static final Configuration HADOOP = new Configuration();

    private static SparkSession spark;
    private static KafkaRows kafka;
    private static Broadcast<SerializableConfiguration> hadoop;
    private static MiniDFSCluster hdfs;
    private static S3Store s3;

    @TempDir
    private static java.nio.file.Path folder;

    @BeforeAll
    static void start() throws Exception {
        s3 = S3Store.start(folder);
        s3.configure(HADOOP);
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
    static void stop() throws Exception {
        spark.stop();
        hdfs.shutdown();
        s3.close();
    }

    static Stream<URI> lakes() throws IOException {
        return Stream.of(
                hdfs.getURI().resolve("/" + Instant.now().toEpochMilli()),
                s3.folder("compaction-" + System.nanoTime()),
                Files.createTempDirectory(folder, "lake").toUri());
    }

    static Stream<Arguments> crashes() throws IOException {
        Stream<Arguments> onHdfs = Stream.of(Step.STAGED, Step.DECIDED, Step.JOINED, Step.REPLACED, Step.PUBLISHED)
                .map(step -> Arguments.of(step, hdfs.getURI().resolve("/crash-" + step)));
        List<Arguments> elsewhere = new ArrayList<>();
        for (Step step : List.of(Step.STAGED, Step.DECIDED, Step.PUBLISHED)) {
            elsewhere.add(Arguments.of(
                    step, Files.createTempDirectory(folder, "crash").toUri()));
            elsewhere.add(Arguments.of(step, s3.folder("crash-" + step)));
        }
        return Stream.concat(onHdfs, elsewhere.stream());
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

    /** Authors choose these times: each hour that one makes up would be files for ever. */
    @Test
    void backDatedPostsOfManyHoursAreFewFilesAndStayThere() throws Exception {
        URI lake = Files.createTempDirectory(folder, "backdated").toUri();
        Ledger ledger = Ledger.open(Topics.SILVER_TWEETS, new LakePaths(lake), HADOOP, Duration.ZERO, reached -> {});
        LakeTable table = new LakeTable(Topics.SILVER_TWEETS, ledger, spark, hadoop);
        LakeCommit commit = new LakeCommit(table.hoursWithin(Duration.ofDays(7)), NO_DEAD_LETTERS);
        Instant arrival = Instant.parse("2026-01-20T10:30:00Z");
        for (int batch = 0; batch < 2; batch++) {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                long offset = batch * 60 + i;
                Instant created = arrival.minus(Duration.ofHours(12L * i));
                String value = "{\"id\":\"%d\",\"created_at\":\"%s\",\"observed_at\":\"%s\"}"
                        .formatted(offset, created, arrival);
                rows.add(KafkaRows.record(offset, arrival, "id", value, Topics.SILVER_TWEETS));
            }
            commit.publish(kafka.dataset(rows), KafkaRows.range(batch * 60, batch * 60 + 60));
        }
        int replaced = new Compaction(table).compact(hour -> true);
        List<DataFile> files = ledger.state().files();
        assertThat(replaced).isEqualTo(2 * files.size());
        // The hours of a week, then the rest of January and what there is of December.
        assertThat(files).hasSize(2 * 7 + 1 + 2);
        assertThat(files)
                .filteredOn(file -> file.partition().equals("date=2025-12-01/hour=00"))
                .singleElement()
                .satisfies(file -> assertThat(file.rows()).isEqualTo(2 * (60 - (19 * 2 + 1))));
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
        AtomicBoolean compacting = new AtomicBoolean();
        Map<Step, List<Long>> seenAfter = new EnumMap<>(Step.class);
        List<List<Long>> seen = new ArrayList<>();
        Ledger ledger = filled(lake, step -> {
            if (compacting.get()) {
                seenAfter.put(step, read(lake));
            }
        });
        compacting.set(true);
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            while (compacting.get()) {
                List<Long> all = read(lake);
                if (!all.isEmpty()) {
                    seen.add(all);
                }
            }
        });
        compaction(ledger).compact(hour -> true);
        compacting.set(false);
        reader.join();
        assertThat(seenAfter).containsKeys(Step.DECIDED, Step.JOINED, Step.REPLACED, Step.PUBLISHED);
        assertThat(seenAfter.values()).allSatisfy(offsets -> assertThat(offsets).isEqualTo(all()));
        assertThat(seen).isNotEmpty().allSatisfy(offsets -> assertThat(offsets).isEqualTo(all()));
    }

    /**
     * Nothing if a file went, or was exchanged for one of another length, between the listing and the reading: such a
     * reader is told, and reads again.
     */
    private static List<Long> read(URI lake) {
        try {
            return offsets(lake);
        } catch (FileNotFoundException | EOFException listedAndGone) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void filesOfOtherColumnsStayReadableAndKeepTheirs() throws Exception {
        URI lake = Files.createTempDirectory(folder, "lake").toUri();
        Ledger ledger = ledger(lake, reached -> {});
        StructType earlier = new StructType()
                .add("partition", DataTypes.IntegerType)
                .add("offset", DataTypes.LongType)
                .add("timestamp", DataTypes.TimestampType)
                .add("since_removed", DataTypes.StringType);
        for (long first = 0; first < 10; first += 5) {
            writeEarlier(ledger, earlier, first, first + 5);
        }
        LakeCommit commit = commit(ledger);
        commit.publish(kafka.bronze(10, 16), KafkaRows.range(10, 16));
        commit.publish(kafka.bronze(16, 20), KafkaRows.range(16, 20));
        assertThat(compaction(ledger).compact(hour -> hour.endsWith("00"))).isEqualTo(4);
        assertThat(ledger.state().files().stream()
                        .filter(file -> file.partition().endsWith("00")))
                .hasSize(2);
        assertThat(LocalLake.query(
                        "select concat_ws(' ', count(*), count(since_removed), count(key), count(distinct \"offset\")) from read_parquet('"
                                + java.nio.file.Path.of(lake) + "/bronze/**/*.parquet', union_by_name = true)"))
                .containsExactly("20 10 10 20");
        assertThat(spark.read()
                        .option("mergeSchema", true)
                        .parquet(lake + "bronze/tweets/ai")
                        .where("since_removed is null")
                        .count())
                .isEqualTo(10);
    }

    /** A file as an earlier version of the table had it. */
    private static void writeEarlier(Ledger ledger, StructType schema, long from, long until) throws IOException {
        try (ParquetWriter<InternalRow> writer =
                ParquetFiles.create(ledger.table().staging("earlier"), schema, HADOOP)) {
            for (long offset = from; offset < until; offset++) {
                writer.write(new GenericInternalRow(
                        new Object[] {0, offset, KafkaRows.TIME.toEpochMilli() * 1_000, UTF8String.fromString("kept")
                        }));
            }
        }
        long bytes = ParquetFiles.check(ledger.table().staging("earlier"), until - from, HADOOP);
        Map<Integer, OffsetRange> offsets = KafkaRows.range(from, until);
        DataFile file = new DataFile(
                "date=2026-01-01/hour=00/" + DataFile.nameOf(offsets) + ".parquet", until - from, bytes, offsets, 0);
        ledger.commit(state -> LedgerEntry.read(
                state.number() + 1, LedgerEntry.Kind.APPEND, offsets, 0, List.of(file), List.of("earlier"), List.of()));
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

    /** Not on S3: s3proxy looks whether there is an object, then writes it, where S3 does both at once. */
    @Test
    void twoProcessesAtOnceNeverTakeTheSameNumber() throws Exception {
        URI lake = hdfs.getURI().resolve("/race");
        List<CompletableFuture<Void>> processes = new ArrayList<>();
        for (int partition : List.of(0, 1)) {
            Ledger ledger = ledger(lake, reached -> {});
            processes.add(CompletableFuture.runAsync(() -> {
                for (long offset = 0; offset < 20; offset++) {
                    Map<Integer, OffsetRange> read = Map.of(partition, new OffsetRange(offset, offset + 1));
                    assertThatCode(() -> ledger.commit(state -> LedgerEntry.read(
                                    state.number() + 1,
                                    LedgerEntry.Kind.APPEND,
                                    read,
                                    0,
                                    List.of(),
                                    List.of(),
                                    List.of())))
                            .doesNotThrowAnyException();
                }
            }));
        }
        processes.forEach(CompletableFuture::join);
        assertThat(ledger(lake, reached -> {}).state().read())
                .isEqualTo(Map.of(0, new OffsetRange(0, 20), 1, new OffsetRange(0, 20)));
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

    /** After a long outage nothing is known of what has arrived meanwhile, and nothing has changed either. */
    @Test
    void ofAnHourThatMayNotBeOverNothingIsSaid() throws Exception {
        URI lake = Files.createTempDirectory(folder, "lake").toUri();
        Ledger ledger = filled(lake, reached -> {});
        CompleteHours hours = new CompleteHours(ledger, Duration.ofMinutes(10));
        assertThat(hours.mark(Instant.parse("2026-01-01T02:10:00Z"))).isEqualTo(2);
        assertThat(hours.mark(Instant.EPOCH)).isZero();
        assertThat(ledger.state().complete())
                .allSatisfy(hour -> assertThat(hour.rows()).isEqualTo(FILES * ROWS / 2));
    }

    @Test
    void oneFileThatCannotBeReadStopsNeitherTheRestNorTheWriting() throws Exception {
        URI lake = Files.createTempDirectory(folder, "damaged").toUri();
        Ledger ledger = filled(lake, reached -> {});
        Path damaged = published(lake).stream()
                .filter(path -> path.toString().contains("hour=00"))
                .findFirst()
                .orElseThrow();
        FileSystem files = FileSystem.get(lake, HADOOP);
        files.delete(damaged, false);
        files.create(damaged).close();
        Compaction compaction = compaction(ledger);
        assertThat(compaction.compact(hour -> true)).isEqualTo(FILES);
        assertThat(compaction.failures()).isEqualTo(1);
        assertThat(published(lake)).hasSize(FILES + 1);
        commit(ledger)
                .publish(kafka.bronze(FILES * ROWS, FILES * ROWS + 2), KafkaRows.range(FILES * ROWS, FILES * ROWS + 2));
        assertThat(ledger.state().files()).hasSize(FILES + 3);
    }

    /** What is decided cannot be taken back: without this the table could never be opened again. */
    @ParameterizedTest
    @MethodSource("lakes")
    void whatIsNoLongerStagedIsNotDecided(URI lake) throws Exception {
        AtomicBoolean cleaning = new AtomicBoolean();
        Ledger ledger = filled(lake, step -> {
            if (cleaning.get() && step == Step.STAGED) {
                delete(new LakePaths(lake).staging(topic()));
            }
        });
        cleaning.set(true);
        LakeCommit commit = commit(ledger);
        assertThatThrownBy(() -> commit.publish(
                        kafka.bronze(FILES * ROWS, FILES * ROWS + 2), KafkaRows.range(FILES * ROWS, FILES * ROWS + 2)))
                .hasMessageContaining("gone before it was published");
        Ledger again = ledger(lake, reached -> {});
        assertThat(again.state().read()).isEqualTo(KafkaRows.range(0, FILES * ROWS));
        commit(again)
                .publish(kafka.bronze(FILES * ROWS, FILES * ROWS + 2), KafkaRows.range(FILES * ROWS, FILES * ROWS + 2));
        assertThat(offsets(lake)).hasSize(FILES * ROWS + 2);
    }

    /** As on a machine that slept over night in the middle of a batch, or with a store whose clock is wrong. */
    @Test
    void theSweepLeavesWhatIsBeingStaged() throws Exception {
        URI lake = Files.createTempDirectory(folder, "asleep").toUri();
        AtomicReference<Ledger> sweeping = new AtomicReference<>();
        Path staging = new LakePaths(lake).staging(topic());
        Ledger ledger = filled(lake, step -> {
            if (sweeping.get() != null && step == Step.STAGED) {
                age(staging);
                sweep(sweeping.get());
            }
        });
        sweeping.set(ledger);
        FileSystem.get(lake, HADOOP)
                .create(new Path(staging, "batch-of-a-dead-process/0"))
                .close();
        commit(ledger)
                .publish(kafka.bronze(FILES * ROWS, FILES * ROWS + 2), KafkaRows.range(FILES * ROWS, FILES * ROWS + 2));
        assertThat(offsets(lake)).hasSize(FILES * ROWS + 2);
        assertThat(FileSystem.get(lake, HADOOP).exists(new Path(staging, "batch-of-a-dead-process")))
                .isFalse();
    }

    /** The new file has the rows of all of them. */
    @ParameterizedTest
    @MethodSource("lakes")
    void anInputThatIsLostAfterTheDecisionIsNotNeeded(URI lake) throws Exception {
        AtomicBoolean compacting = new AtomicBoolean();
        Ledger ledger = filled(lake, step -> {
            if (compacting.get() && step == Step.DECIDED) {
                throw new AssertionError("killed");
            }
        });
        compacting.set(true);
        assertThatThrownBy(() -> compaction(ledger).compact(hour -> true)).hasMessageContaining("killed");
        delete(published(lake).stream()
                .filter(path -> path.toString().contains("hour=00"))
                .findFirst()
                .orElseThrow());
        Ledger again = ledger(lake, reached -> {});
        assertThat(offsets(lake)).containsExactlyElementsOf(all());
        compaction(again).compact(hour -> true);
        assertThat(offsets(lake)).containsExactlyElementsOf(all());
        assertThat(published(lake)).hasSize(2);
    }

    private static void delete(Path path) {
        try {
            FileSystem.get(path.toUri(), HADOOP).delete(path, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes all that is staged seven hours old. */
    private static void age(Path staging) {
        try {
            FileSystem files = FileSystem.get(staging.toUri(), HADOOP);
            long then = System.currentTimeMillis() - Duration.ofHours(7).toMillis();
            RemoteIterator<LocatedFileStatus> listing = files.listFiles(staging, true);
            while (listing.hasNext()) {
                Path file = listing.next().getPath();
                files.setTimes(file, then, then);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sweep(Ledger ledger) {
        try {
            ledger.sweep();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
