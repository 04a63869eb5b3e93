package io.tweetlake.lake;

import static io.tweetlake.lake.KafkaRows.range;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.lake.Ledger.Step;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Delta tables, on a local file system and on S3, are read by Delta's own Spark connector, at any of their versions.
 */
@ParameterizedClass
@EnumSource
class DeltaIT {
    private static final DeadLetterSettings NO_DEAD_LETTERS = new DeadLetterSettings("none", Map.of());
    private static final Duration HOUR = Duration.ofHours(1);

    private static SparkSession spark;
    private static KafkaRows kafka;
    private static Broadcast<SerializableConfiguration> hadoop;
    private static S3Store s3;

    enum Store {
        LOCAL,
        S3
    }

    @Parameter
    private Store store;

    @TempDir
    private Path lake;

    private LakePaths paths;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        s3 = S3Store.start(folder);
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.databricks.delta.snapshotPartitions", "1")
                .getOrCreate();
        s3.configure(hadoop());
        kafka = new KafkaRows(spark);
        hadoop = LakeTable.hadoop(spark);
    }

    @AfterAll
    static void stop() throws Exception {
        spark.stop();
        s3.close();
    }

    @BeforeEach
    void open() {
        paths = new LakePaths(
                store == Store.LOCAL
                        ? lake.toUri()
                        : s3.folder("delta-" + lake.getFileName().toString()));
    }

    @Test
    void aVersionIsAWholeMicroBatch() throws Exception {
        LakeCommit commit = new LakeCommit(delta(Topics.BRONZE_TWEETS_AI), NO_DEAD_LETTERS);
        commit.publish(kafka.bronze(0, 10), range(0, 10));
        commit.publish(kafka.bronze(10, 15), range(10, 15));
        assertThat(offsets(0)).isEmpty();
        assertThat(offsets(1)).isEqualTo(longs(0, 10));
        assertThat(offsets(2)).isEqualTo(longs(0, 15));
        assertThat(read(Topics.BRONZE_TWEETS_AI)
                        .where("date = '2026-01-01' and hour = 1")
                        .count())
                .isEqualTo(7);
    }

    @Test
    void aPlainTableBecomesADeltaTableWithAllItHolds() throws Exception {
        LakeTable plain = plain(Topics.GOLD_HASHTAG_COUNTS);
        new LakeCommit(plain, NO_DEAD_LETTERS).publish(kafka.counts(0, "a", 1, "b", 1), range(0, 2));
        LakeTable delta = delta(Topics.GOLD_HASHTAG_COUNTS);
        assertThat(counts()).containsExactly("a1", "b1");
        new LakeCommit(delta, NO_DEAD_LETTERS).publish(kafka.counts(2, "a", 2, "c", 1), range(2, 4));
        assertThat(counts()).containsExactly("a2", "b1", "c1");
        // A process that had opened it before learns it from the ledger.
        plain.ledger().catchUp();
        assertThat(plain.ledger().state().delta()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"STAGED", "DECIDED", "FIRST_PUBLISHED", "IN_PLACE", "PUBLISHED"})
    void aMicroBatchThatCrashedIsWhollyThereOrNotAtAll(Step step) throws Exception {
        new LakeCommit(delta(Topics.BRONZE_TWEETS_AI), NO_DEAD_LETTERS).publish(kafka.bronze(0, 10), range(0, 10));
        LakeCommit crashing = new LakeCommit(crashing(Topics.BRONZE_TWEETS_AI, step), NO_DEAD_LETTERS);
        assertThatThrownBy(() -> crashing.publish(kafka.bronze(10, 20), range(10, 20)))
                .isInstanceOf(Crash.class);
        assertThat(offsets()).as("before the restart").isIn(longs(0, 10), longs(0, 20));

        LakeTable again = delta(Topics.BRONZE_TWEETS_AI);
        long begin = again.ledger().state().read().get(0).until();
        new LakeCommit(again, NO_DEAD_LETTERS).publish(kafka.bronze(begin, 30), range(begin, 30));
        assertThat(offsets()).isEqualTo(longs(0, 30));
        assertLogIsLedger(again);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"STAGED", "DECIDED", "FIRST_PUBLISHED", "IN_PLACE", "PUBLISHED"})
    void aMergeThatCrashedIsWhollyThereOrNotAtAll(Step step) throws Exception {
        new LakeCommit(delta(Topics.GOLD_HASHTAG_COUNTS), NO_DEAD_LETTERS)
                .publish(kafka.counts(0, "a", 1, "b", 1), range(0, 2));
        LakeCommit crashing = new LakeCommit(crashing(Topics.GOLD_HASHTAG_COUNTS, step), NO_DEAD_LETTERS);
        assertThatThrownBy(() -> crashing.publish(kafka.counts(2, "a", 2, "c", 1), range(2, 4)))
                .isInstanceOf(Crash.class);
        assertThat(counts()).as("before the restart").isIn(List.of("a1", "b1"), List.of("a2", "b1", "c1"));

        LakeTable again = delta(Topics.GOLD_HASHTAG_COUNTS);
        if (again.ledger().state().read().get(0).until() == 2) {
            new LakeCommit(again, NO_DEAD_LETTERS).publish(kafka.counts(2, "a", 2, "c", 1), range(2, 4));
        }
        assertThat(counts()).containsExactly("a2", "b1", "c1");
        assertLogIsLedger(again);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"STAGED", "DECIDED", "IN_PLACE", "PUBLISHED"})
    void aCompactionThatCrashedChangesNoRow(Step step) throws Exception {
        LakeCommit commit = new LakeCommit(delta(Topics.BRONZE_TWEETS_AI), NO_DEAD_LETTERS);
        for (int i = 0; i < 4; i++) {
            commit.publish(kafka.bronze(i * 10L, i * 10L + 10), range(i * 10L, i * 10L + 10));
        }
        Compaction crashing = new Compaction(crashing(Topics.BRONZE_TWEETS_AI, step));
        assertThatThrownBy(() -> crashing.compact(hour -> true)).isInstanceOf(Crash.class);
        assertThat(offsets()).as("before the restart").isEqualTo(longs(0, 40));

        LakeTable again = delta(Topics.BRONZE_TWEETS_AI);
        new Compaction(again).compact(hour -> true);
        assertThat(again.ledger().state().files()).hasSize(2);
        assertThat(offsets()).isEqualTo(longs(0, 40));
        assertThat(offsets(4)).as("an earlier version").isEqualTo(longs(0, 40));
        assertLogIsLedger(again);
    }

    @Test
    void whatBecomesADeltaTableIsOneAfterACrash() throws Exception {
        new LakeCommit(plain(Topics.BRONZE_TWEETS_AI), NO_DEAD_LETTERS).publish(kafka.bronze(0, 10), range(0, 10));
        LakeTable crashing = crashing(Topics.BRONZE_TWEETS_AI, Step.DECIDED);
        assertThatThrownBy(() -> crashing.ledger().makeDelta()).isInstanceOf(Crash.class);
        new Compaction(plain(Topics.BRONZE_TWEETS_AI)).compact(hour -> true);
        assertThat(offsets()).isEqualTo(longs(0, 10));
    }

    @Test
    void anotherProcessFirstDoesWhatThisOneHasDecided() throws Exception {
        LakeTable writer = delta(Topics.BRONZE_TWEETS_AI);
        LakeCommit commit = new LakeCommit(writer, NO_DEAD_LETTERS);
        commit.publish(kafka.bronze(0, 10), range(0, 10));
        commit.publish(kafka.bronze(10, 20), range(10, 20));
        LakeTable beside = LakeTable.openBeside(Topics.BRONZE_TWEETS_AI, paths, spark, hadoop);
        LakeCommit crashing = new LakeCommit(crashing(Topics.BRONZE_TWEETS_AI, Step.DECIDED), NO_DEAD_LETTERS);
        assertThatThrownBy(() -> crashing.publish(kafka.bronze(20, 30), range(20, 30)))
                .isInstanceOf(Crash.class);
        new Compaction(beside).compact(hour -> true);
        assertThat(offsets()).isEqualTo(longs(0, 30));
        assertLogIsLedger(delta(Topics.BRONZE_TWEETS_AI));
    }

    @Test
    void whatIsNoLongerPartOfItIsDeletedAfterATime() throws Exception {
        LakeTable table = delta(Topics.GOLD_HASHTAG_COUNTS);
        LakeCommit commit = new LakeCommit(table, NO_DEAD_LETTERS);
        commit.publish(kafka.counts(0, "a", 1), range(0, 1));
        commit.publish(kafka.counts(1, "a", 2), range(1, 2));
        table.ledger().forget(HOUR);
        assertThat(table.files().published()).hasSize(2);
        delta(Topics.GOLD_HASHTAG_COUNTS).ledger().forget(Duration.ZERO);
        assertThat(table.files().published()).hasSize(1);
        assertThat(counts()).containsExactly("a2");
    }

    /** As it is after a day: what has been summed up is gone. */
    @Test
    void itsLogIsSummedUpAndItsBeginningGoes() throws Exception {
        LakeTable table = delta(Topics.BRONZE_TWEETS_AI);
        LakeCommit commit = new LakeCommit(table, NO_DEAD_LETTERS);
        for (int i = 0; i < 70; i++) {
            commit.publish(kafka.bronze(i, i + 1), range(i, i + 1));
            if (i == 10) {
                new Compaction(table).compact(hour -> true);
            }
        }
        FileSystem files = table.files().root().getFileSystem(hadoop());
        assertThat(files.exists(table.files().path("_delta_log/_last_checkpoint")))
                .isTrue();
        for (int version = 0; version < 60; version++) {
            assertThat(files.delete(table.files().path("_delta_log/%020d.json".formatted(version)), false))
                    .isTrue();
        }
        assertThat(offsets()).isEqualTo(longs(0, 70));
        LakeTable again = delta(Topics.BRONZE_TWEETS_AI);
        new LakeCommit(again, NO_DEAD_LETTERS).publish(kafka.bronze(70, 80), range(70, 80));
        assertThat(offsets()).isEqualTo(longs(0, 80));
        assertLogIsLedger(again);

        files.delete(paths.ledger(Topics.BRONZE_TWEETS_AI), true);
        LakeTable rebuilt = delta(Topics.BRONZE_TWEETS_AI);
        new LakeCommit(rebuilt, NO_DEAD_LETTERS).publish(kafka.bronze(80, 90), range(80, 90));
        assertThat(offsets()).isEqualTo(longs(0, 90));
        assertLogIsLedger(rebuilt);
    }

    @Test
    void anotherMachinesClockChangesNothing() throws Exception {
        LakeTable writer = delta(Topics.BRONZE_TWEETS_AI);
        LakeCommit commit = new LakeCommit(writer, NO_DEAD_LETTERS);
        commit.publish(kafka.bronze(0, 10), range(0, 10));
        LakeTable beside = LakeTable.openBeside(Topics.BRONZE_TWEETS_AI, paths, spark, hadoop);
        LakeCommit crashing = new LakeCommit(crashing(Topics.BRONZE_TWEETS_AI, Step.DECIDED), NO_DEAD_LETTERS);
        assertThatThrownBy(() -> crashing.publish(kafka.bronze(10, 20), range(10, 20)))
                .isInstanceOf(Crash.class);
        FileSystem files = writer.files().root().getFileSystem(hadoop());
        org.apache.hadoop.fs.Path entry =
                new org.apache.hadoop.fs.Path(paths.ledger(Topics.BRONZE_TWEETS_AI), "%012d.json".formatted(3));
        String json;
        try (var in = files.open(entry)) {
            json = new String(in.readAllBytes(), UTF_8);
        }
        try (var out = files.create(entry, true)) {
            out.write(json.replaceFirst("\"at\":\"[^\"]*\"", "\"at\":\"2126-01-01T00:00:00Z\"")
                    .getBytes(UTF_8));
        }
        new Compaction(beside).compact(hour -> true);
        LedgerEntry unused = beside.ledger().commit(state -> LedgerEntry.complete(state.number() + 1, List.of()));
        assertThat(offsets()).isEqualTo(longs(0, 20));
        assertLogIsLedger(beside);
    }

    @Test
    void aLostLedgerIsMadeAnewOfTheLog() throws Exception {
        LakeTable table = delta(Topics.BRONZE_TWEETS_AI);
        LakeCommit commit = new LakeCommit(table, NO_DEAD_LETTERS);
        commit.publish(kafka.bronze(0, 10), range(0, 10));
        commit.publish(kafka.bronze(10, 20), range(10, 20));
        new Compaction(table).compact(hour -> true);
        table.files().root().getFileSystem(hadoop()).delete(paths.ledger(Topics.BRONZE_TWEETS_AI), true);

        LakeTable again = delta(Topics.BRONZE_TWEETS_AI);
        assertThat(again.ledger().state().read()).containsEntry(0, new OffsetRange(0, 20));
        assertThat(again.files().published()).hasSize(2);
        new LakeCommit(again, NO_DEAD_LETTERS).publish(kafka.bronze(20, 30), range(20, 30));
        assertThat(offsets()).isEqualTo(longs(0, 30));
        assertLogIsLedger(again);
    }

    @Test
    void aLedgerThatWasMadeAnewInPartKnowsThatItIsADeltaTable() throws Exception {
        LakeTable table = delta(Topics.BRONZE_TWEETS_AI);
        new LakeCommit(table, NO_DEAD_LETTERS).publish(kafka.bronze(0, 10), range(0, 10));
        FileSystem files = table.files().root().getFileSystem(hadoop());
        files.delete(paths.ledger(Topics.BRONZE_TWEETS_AI), true);
        long last = plain(Topics.BRONZE_TWEETS_AI).ledger().state().number();
        // As if the process had been killed between the two entries that it takes.
        assertThat(files.delete(
                        new org.apache.hadoop.fs.Path(
                                paths.ledger(Topics.BRONZE_TWEETS_AI), "%012d.json".formatted(last)),
                        false))
                .isTrue();
        LakeTable again = new Lake(paths, spark, hadoop)
                .toWrite(List.of(Topics.BRONZE_TWEETS_AI), LakeWriterConfig.Format.PARQUET)
                .get(0);
        assertThat(again.ledger().state().delta()).isTrue();
        new LakeCommit(again, NO_DEAD_LETTERS).publish(kafka.bronze(10, 20), range(10, 20));
        assertThat(offsets()).isEqualTo(longs(0, 20));
    }

    @Test
    void newColumnsAreSaid() throws Exception {
        LakeTable table = delta(Topics.BRONZE_TWEETS_AI);
        new LakeCommit(table, NO_DEAD_LETTERS).publish(kafka.bronze(0, 2), range(0, 2));
        table.ledger().delta().evolve(TableLayout.BRONZE.add("added", "string"));
        assertThat(read(Topics.BRONZE_TWEETS_AI).where("added is null").count()).isEqualTo(2);
    }

    /** Stands for a killed process. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private LakeTable plain(Topic<String, ?> topic) throws IOException {
        return LakeTable.open(topic, paths, spark, hadoop);
    }

    private LakeTable delta(Topic<String, ?> topic) throws IOException {
        return new Lake(paths, spark, hadoop)
                .toWrite(List.of(topic), LakeWriterConfig.Format.DELTA)
                .get(0);
    }

    /** One whose process dies at a step of a commit. */
    private LakeTable crashing(Topic<String, ?> topic, Step step) throws IOException {
        AtomicBoolean open = new AtomicBoolean();
        Ledger ledger = Ledger.open(topic, paths, hadoop(), Duration.ZERO, reached -> {
            if (open.get() && reached == step) {
                throw new Crash();
            }
        });
        open.set(true);
        return new LakeTable(topic, ledger, spark, hadoop);
    }

    private static Configuration hadoop() {
        return spark.sparkContext().hadoopConfiguration();
    }

    private Dataset<Row> read(Topic<?, ?> topic) {
        return spark.read().format("delta").load(paths.table(topic).toString());
    }

    private List<Long> offsets() {
        return sorted(read(Topics.BRONZE_TWEETS_AI));
    }

    private List<Long> offsets(int version) {
        return sorted(spark.read()
                .format("delta")
                .option("versionAsOf", version)
                .load(paths.table(Topics.BRONZE_TWEETS_AI).toString()));
    }

    private static List<Long> sorted(Dataset<Row> bronze) {
        return bronze.select("offset").orderBy("offset").collectAsList().stream()
                .map(row -> row.getLong(0))
                .toList();
    }

    private static List<Long> longs(long from, long until) {
        return LongStream.range(from, until).boxed().toList();
    }

    private List<String> counts() {
        return read(Topics.GOLD_HASHTAG_COUNTS)
                .selectExpr("hashtag || mentions")
                .orderBy("hashtag")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private static void assertLogIsLedger(LakeTable table) throws IOException {
        assertThat(table.ledger().delta().files())
                .containsExactlyInAnyOrderElementsOf(table.ledger().state().files().stream()
                        .map(table.files()::path)
                        .toList());
    }
}
