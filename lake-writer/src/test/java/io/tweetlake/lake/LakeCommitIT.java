package io.tweetlake.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published is read by DuckDB, which knows nothing of Spark. */
class LakeCommitIT {
    private static final StructType SCHEMA = new StructType()
            .add("offset", DataTypes.LongType)
            .add("date", DataTypes.StringType)
            .add("hour", DataTypes.StringType);

    private static SparkSession spark;

    @TempDir
    private Path lake;

    private LakePaths paths;
    private LakeCommit commit;

    @BeforeAll
    static void startSpark() {
        spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    @BeforeEach
    void open() throws IOException {
        paths = new LakePaths(lake.toUri());
        commit = new LakeCommit(Topics.BRONZE_TWEETS_AI, paths, new Configuration());
    }

    @Test
    void publishesOneFileAPartition() throws Exception {
        commit.publish(rows(0, 10), 0);
        commit.publish(rows(10, 5), 1);
        assertThat(offsets()).hasSize(15).doesNotHaveDuplicates();
        assertThat(files("bronze"))
                .containsExactly(
                        "bronze/tweets/ai/date=2026-01-01/hour=00/000000000000.parquet",
                        "bronze/tweets/ai/date=2026-01-01/hour=00/000000000001.parquet",
                        "bronze/tweets/ai/date=2026-01-01/hour=01/000000000000.parquet",
                        "bronze/tweets/ai/date=2026-01-01/hour=01/000000000001.parquet");
    }

    @Test
    void aRepeatedBatchReplacesItselfAndLeavesNothingBehind() throws Exception {
        commit.publish(rows(0, 10), 0);
        commit.publish(rows(0, 10), 0);
        assertThat(offsets()).hasSize(10).doesNotHaveDuplicates();
        assertThat(files("_staging")).isEmpty();
    }

    @Test
    void aBatchThatWasHalfPublishedIsCompletedByItsRepeat() throws Exception {
        commit.publish(rows(0, 10), 0);
        Files.delete(lake.resolve("bronze/tweets/ai/date=2026-01-01/hour=01/000000000000.parquet"));
        Files.createDirectories(lake.resolve("_staging/bronze/tweets/ai/0/date=2026-01-01/hour=00"));
        Files.writeString(lake.resolve("_staging/bronze/tweets/ai/0/date=2026-01-01/hour=00/part.parquet"), "half");
        commit.publish(rows(0, 10), 0);
        assertThat(offsets()).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void anEmptyBatchPublishesNothing() throws Exception {
        commit.publish(rows(0, 0), 0);
        assertThat(files("bronze")).isEmpty();
    }

    @Test
    void refusesToWriteATableWhoseCheckpointIsGone() throws Exception {
        commit.publish(rows(0, 10), 0);
        assertThatThrownBy(() -> commit.check()).isInstanceOf(IOException.class).hasMessageContaining("checkpoint");
        Files.createDirectories(lake.resolve("_checkpoints/bronze/tweets/ai"));
        commit.check();
    }

    private static Dataset<Row> rows(long first, int count) {
        List<Row> rows = new ArrayList<>();
        for (long i = first; i < first + count; i++) {
            rows.add(RowFactory.create(i, "2026-01-01", "0" + i % 2));
        }
        return spark.createDataFrame(rows, SCHEMA);
    }

    private List<Long> offsets() throws Exception {
        List<Long> offsets = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var results = statement.executeQuery(
                        "select \"offset\" from read_parquet('" + lake + "/bronze/**/*.parquet')")) {
            while (results.next()) {
                offsets.add(results.getLong(1));
            }
        }
        return offsets;
    }

    private List<String> files(String folder) throws IOException {
        if (!Files.exists(lake.resolve(folder))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(lake.resolve(folder))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> lake.relativize(file).toString())
                    .filter(file -> !file.endsWith(".crc"))
                    .sorted()
                    .toList();
        }
    }
}
