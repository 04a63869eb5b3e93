package io.tweetlake.lake;

import static io.tweetlake.lake.KafkaRows.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.lake.Ledger.Step;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
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
 * What is published, on a local file system and on S3, is read by DuckDB, which knows nothing of Spark or of the
 * ledger.
 */
@ParameterizedClass
@EnumSource
class LakeCommitIT {
    private static final Configuration HADOOP = new Configuration();
    private static final DeadLetterSettings NO_DEAD_LETTERS = new DeadLetterSettings("none", Map.of());

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
        s3.configure(HADOOP);
        spark = KafkaRows.spark();
        kafka = new KafkaRows(spark);
        hadoop = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new SerializableConfiguration(HADOOP));
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
                        : s3.folder(lake.getFileName().toString()));
    }

    @Test
    void namesAFileByTheOffsetsOfItsRows() throws Exception {
        LakeCommit commit = commit(Topics.BRONZE_TWEETS_AI);
        commit.publish(kafka.bronze(0, 10), range(0, 10));
        commit.publish(kafka.bronze(10, 15), range(10, 20));
        assertThat(files("bronze"))
                .containsExactly(
                        "bronze/tweets/ai/date=2026-01-01/hour=00/0-0-8.parquet",
                        "bronze/tweets/ai/date=2026-01-01/hour=00/0-10-14.parquet",
                        "bronze/tweets/ai/date=2026-01-01/hour=01/0-1-9.parquet",
                        "bronze/tweets/ai/date=2026-01-01/hour=01/0-11-13.parquet");
        assertThat(offsets()).hasSize(15).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"STAGED", "DECIDED", "FIRST_PUBLISHED", "PUBLISHED"})
    void aCrashAtAnyStepLosesNothingAndRepeatsNothing(Step step) throws Exception {
        commit(Topics.BRONZE_TWEETS_AI).publish(kafka.bronze(0, 10), range(0, 10));
        LakeCommit crashing = crashing(Topics.BRONZE_TWEETS_AI, step);
        assertThatThrownBy(() -> crashing.publish(kafka.bronze(10, 20), range(10, 20)))
                .isInstanceOf(Crash.class);

        assertThat(offsets()).as("before the restart").doesNotHaveDuplicates();
        writeRest(20);
        assertThat(offsets()).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void aCrashWhileTheLedgerIsSummedUpLosesNothing() throws Exception {
        LakeCommit crashing = crashing(Topics.BRONZE_TWEETS_AI, Step.SUMMED);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        crashing.publish(kafka.bronze(i, i + 1), range(i, i + 1));
                    }
                })
                .isInstanceOf(Crash.class);
        writeRest(100);
        assertThat(offsets()).hasSize(100).doesNotHaveDuplicates();
        assertThat(ledger(Topics.BRONZE_TWEETS_AI).state().rows()).isEqualTo(100);
    }

    @Test
    void whatWasStagedAndNotDecidedIsNotPublished() throws Exception {
        LakeCommit crashing = crashing(Topics.BRONZE_TWEETS_AI, Step.STAGED);
        assertThatThrownBy(() -> crashing.publish(kafka.bronze(0, 10), range(0, 10)))
                .isInstanceOf(Crash.class);
        assertThat(ledger(Topics.BRONZE_TWEETS_AI).state().read()).isEmpty();
        assertThat(files("bronze")).isEmpty();
    }

    @Test
    void theSecondOfTwoWritersIsRefused() throws Exception {
        LakeCommit one = commit(Topics.BRONZE_TWEETS_AI);
        LakeCommit other = commit(Topics.BRONZE_TWEETS_AI);
        one.publish(kafka.bronze(0, 10), range(0, 10));
        assertThatThrownBy(() -> other.publish(kafka.bronze(0, 5), range(0, 5)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another process writes bronze.tweets.ai");
        assertThat(offsets()).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void offsetsWithoutRecordsAreReadAllTheSame() throws Exception {
        commit(Topics.BRONZE_TWEETS_AI).publish(kafka.bronze(0, 0), range(0, 3));
        assertThat(ledger(Topics.BRONZE_TWEETS_AI).state().read()).containsEntry(0, new OffsetRange(0, 3));
        assertThat(files("bronze")).isEmpty();
    }

    @Test
    void rowsOfManyHoursMakeOneFileAnHour() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rows.add(KafkaRows.record(
                    i, KafkaRows.TIME.plusSeconds(3_600L * (i % 50)), "id", "t", Topics.BRONZE_TWEETS_AI));
        }
        commit(Topics.BRONZE_TWEETS_AI).publish(kafka.dataset(rows), range(0, 200));
        assertThat(files("bronze")).hasSize(50);
        assertThat(offsets()).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void theLedgerIsMadeAnewOfTheFiles() throws Exception {
        commit(Topics.BRONZE_TWEETS_AI).publish(kafka.bronze(0, 10), range(0, 10));
        fileSystem().delete(at("_ledger"), true);
        Ledger ledger = ledger(Topics.BRONZE_TWEETS_AI);
        LostLedger.restore(Topics.BRONZE_TWEETS_AI, ledger, spark);
        assertThat(ledger.state().read()).containsEntry(0, new OffsetRange(0, 10));
        assertThat(ledger.state().rows()).isEqualTo(10);
        writeRest(20);
        assertThat(offsets()).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void aLostLedgerIsNotMadeAnewWhileABatchMayBeHalfPublished() throws Exception {
        commit(Topics.BRONZE_TWEETS_AI).publish(kafka.bronze(0, 10), range(0, 10));
        fileSystem().delete(at("_ledger"), true);
        fileSystem().create(at("_staging/bronze/tweets/ai/batch-x/0")).close();
        assertThatThrownBy(() -> LostLedger.restore(Topics.BRONZE_TWEETS_AI, ledger(Topics.BRONZE_TWEETS_AI), spark))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("its ledger is gone");
    }

    @Test
    void aTableOfKeysHoldsTheLastRecordOfEach() throws Exception {
        LakeCommit commit = commit(Topics.GOLD_HASHTAG_COUNTS);
        commit.publish(kafka.counts(0, "a", 1, "b", 1, "a", 2), range(0, 3));
        commit.publish(kafka.counts(3, "a", 3, "c", 1), range(3, 5));
        assertThat(LocalLake.query(
                        "select hashtag || mentions from read_parquet('" + view() + "/gold/**/*.parquet') order by 1"))
                .containsExactly("a3", "b1", "c1");
        assertThat(files("gold")).containsExactly("gold/hashtag-counts/date=2026-01-01/hour=00/latest.parquet");
    }

    @Test
    void aMergeOverManyHoursLosesNone() throws Exception {
        LakeCommit commit = commit(Topics.GOLD_HASHTAG_COUNTS);
        for (int batch = 0; batch < 2; batch++) {
            List<Row> rows = new ArrayList<>();
            for (int hour = 0; hour < 40; hour++) {
                String start = KafkaRows.TIME.plusSeconds(3_600L * hour).toString();
                rows.add(KafkaRows.record(
                        batch * 40L + hour,
                        KafkaRows.TIME,
                        start + "/a",
                        "{\"window_start\":\"%s\",\"window_end\":\"%s\",\"hashtag\":\"a\",\"mentions\":%d}"
                                .formatted(start, start, batch),
                        Topics.GOLD_HASHTAG_COUNTS));
            }
            commit.publish(kafka.dataset(rows), range(batch * 40L, batch * 40L + 40));
        }
        assertThat(LocalLake.query("select count(*) || '/' || sum(mentions) from read_parquet('" + view()
                        + "/gold/**/*.parquet')"))
                .containsExactly("40/40");
        assertThat(files("gold")).hasSize(40);
    }

    @Test
    void aMergeOfSeveralTasksKeepsTheLastOfEachKey() throws Exception {
        int keys = 7_000;
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int key = i % keys;
            String start = KafkaRows.TIME.plusSeconds(3_600L * (key % 3)).toString();
            rows.add(KafkaRows.record(
                    i,
                    KafkaRows.TIME,
                    start + "/" + key,
                    "{\"window_start\":\"%s\",\"window_end\":\"%s\",\"hashtag\":\"%d\",\"mentions\":%d}"
                            .formatted(start, start, key, i),
                    Topics.GOLD_HASHTAG_COUNTS));
        }
        commit(Topics.GOLD_HASHTAG_COUNTS).publish(kafka.dataset(rows), range(0, 20_000));
        assertThat(LocalLake.query("select count(*) || '/' || count(*) filter (mentions::int % " + keys
                        + " = hashtag::int and mentions >= 20000 - " + keys + ") from read_parquet('" + view()
                        + "/gold/**/*.parquet')"))
                .containsExactly("7000/7000");
        assertThat(files("gold")).hasSize(3);
    }

    @Test
    void aProcessThatIsFarBehindTakesNoNumberThatHasBeenUsed() throws Exception {
        Ledger behind = ledger(Topics.BRONZE_TWEETS_AI);
        LakeCommit writer = commit(Topics.BRONZE_TWEETS_AI);
        writer.publish(kafka.bronze(0, 1), range(0, 1));
        behind.catchUp();
        for (int i = 1; i < 70; i++) {
            writer.publish(kafka.bronze(i, i + 1), range(i, i + 1));
        }
        // As they are after an hour.
        for (int number = 1; number < 64; number++) {
            fileSystem().delete(at("_ledger/bronze/tweets/ai/%012d.json".formatted(number)), false);
        }
        LakeTable table = new LakeTable(Topics.BRONZE_TWEETS_AI, behind, spark, hadoop);
        assertThat(new Compaction(table).compact(hour -> true)).isZero();
        LedgerEntry entry = behind.commit(state -> LedgerEntry.complete(state.number() + 1, List.of()));
        assertThat(entry.number()).isEqualTo(71);
        assertThat(behind.state().rows()).isEqualTo(70);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"STAGED", "DECIDED", "FIRST_PUBLISHED", "PUBLISHED"})
    void aMergeThatCrashedIsDoneOrRepeated(Step step) throws Exception {
        commit(Topics.GOLD_HASHTAG_COUNTS).publish(kafka.counts(0, "a", 1, "b", 1), range(0, 2));
        LakeCommit crashing = crashing(Topics.GOLD_HASHTAG_COUNTS, step);
        assertThatThrownBy(() -> crashing.publish(kafka.counts(2, "a", 2, "c", 1), range(2, 4)))
                .isInstanceOf(Crash.class);
        Ledger ledger = ledger(Topics.GOLD_HASHTAG_COUNTS);
        if (ledger.state().read().get(0).until() == 2) {
            new LakeCommit(new LakeTable(Topics.GOLD_HASHTAG_COUNTS, ledger, spark, hadoop), NO_DEAD_LETTERS)
                    .publish(kafka.counts(2, "a", 2, "c", 1), range(2, 4));
        }
        assertThat(LocalLake.query(
                        "select hashtag || mentions from read_parquet('" + view() + "/gold/**/*.parquet') order by 1"))
                .containsExactly("a2", "b1", "c1");
    }

    /** Stands for a killed process. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** One that dies at a step of a commit. */
    private LakeCommit crashing(Topic<String, ?> topic, Step step) throws IOException {
        AtomicBoolean open = new AtomicBoolean();
        Ledger ledger = Ledger.open(topic, paths, HADOOP, Duration.ZERO, reached -> {
            if (open.get() && reached == step) {
                throw new Crash();
            }
        });
        open.set(true);
        return new LakeCommit(new LakeTable(topic, ledger, spark, hadoop), NO_DEAD_LETTERS);
    }

    /** What a new process does: goes on where the ledger ends. */
    private void writeRest(long until) throws IOException {
        Ledger ledger = ledger(Topics.BRONZE_TWEETS_AI);
        OffsetRange read = ledger.state().read().get(0);
        long begin = read == null ? 0 : read.until();
        new LakeCommit(new LakeTable(Topics.BRONZE_TWEETS_AI, ledger, spark, hadoop), NO_DEAD_LETTERS)
                .publish(kafka.bronze(begin, until), range(begin, until));
    }

    private LakeCommit commit(Topic<String, ?> topic) throws IOException {
        return new LakeCommit(new LakeTable(topic, ledger(topic), spark, hadoop), NO_DEAD_LETTERS);
    }

    private Ledger ledger(Topic<String, ?> topic) throws IOException {
        return Ledger.open(topic, paths, HADOOP, Duration.ZERO, reached -> {});
    }

    private List<String> offsets() throws Exception {
        return LocalLake.query("select \"offset\" from read_parquet('" + view() + "/bronze/**/*.parquet')");
    }

    private List<String> files(String folder) throws IOException {
        List<String> found = new ArrayList<>();
        if (fileSystem().exists(at(folder))) {
            int root = paths.root().getPath().length();
            RemoteIterator<LocatedFileStatus> listing = fileSystem().listFiles(at(folder), true);
            while (listing.hasNext()) {
                found.add(listing.next().getPath().toUri().getPath().substring(root));
            }
        }
        found.sort(null);
        return found;
    }

    /** The lake as a local reader sees it now. */
    private Path view() throws IOException {
        if (store == Store.LOCAL) {
            return lake;
        }
        Path copy = Files.createTempDirectory(lake, "copy").resolve("lake");
        fileSystem().copyToLocalFile(false, at(""), new org.apache.hadoop.fs.Path(copy.toUri()), true);
        return copy;
    }

    private org.apache.hadoop.fs.Path at(String path) {
        org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(paths.root());
        return path.isEmpty() ? root : new org.apache.hadoop.fs.Path(root, path);
    }

    private FileSystem fileSystem() throws IOException {
        return at("").getFileSystem(HADOOP);
    }
}
