package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tweetlake.sandbox.infra.HdfsNode;
import io.tweetlake.sandbox.lake.GoldRecount;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.sandbox.lake.LakeSql;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole road: real processes, Kafka, HDFS, Spark and CoreNLP; the lake is read by DuckDB. */
class PipelineIT {
    private static final Duration BOUND = Duration.ofMinutes(5);

    /** The id of a post's first version. */
    private static final String ROOT = "CASE WHEN len(t.edit_ids) > 0 THEN t.edit_ids[1] ELSE t.id END";

    @TempDir
    private Path folder;

    @Test
    void carriesAnArchiveWithBadLinesToAllThreeTiers() throws Exception {
        SyntheticFile good = SyntheticFile.write(folder.resolve("good.jsonl.gz"), 1, 3_000);
        Path bad = folder.resolve("bad.jsonl");
        long big = 5_000_000;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        lines.write(("{\"data\":{\"id\":\"2000000000000000001\",\"text\":\"" + "x".repeat((int) big) + "\"}}\n")
                .getBytes(UTF_8));
        lines.write("\n\r\n".getBytes(UTF_8));
        lines.write("{\"id_str\":\"1\",\"text\":\"".getBytes(UTF_8));
        lines.write(new byte[] {(byte) 0xc3, '"', '}', '\n'});
        lines.write("{\"data\":{\"id\":\"no-snowflake\",\"text\":\"no time\"}}\n".getBytes(UTF_8));
        lines.write("{\"id_str\":\"1146305063603265536\",\"text\":\"cut o".getBytes(UTF_8));
        Files.write(bad, lines.toByteArray());
        Path empty = Files.createFile(folder.resolve("empty.jsonl"));
        Path workdir = folder.resolve("work");
        try (Up up = Up.start(
                workdir,
                "--source",
                "archive",
                "--input",
                good.path().toString(),
                bad.toString(),
                "--input",
                empty.toString(),
                "--until-drained")) {
            assertThat(up.await(BOUND)).as(up.err()).isZero();
            JsonNode account = up.account();
            assertThat(account.path("balanced").asBoolean()).isTrue();
            assertThat(account.path("read").asLong()).isEqualTo(3_004);
            JsonNode published = account.path("published");
            assertThat(published.path("bronze.notices").asLong()).isEqualTo(good.deletes());
            assertThat(published.path("dlq.ingest-service").asLong()).isEqualTo(2);
            assertThat(published.path("bronze.tweets.ai").asLong()
                            + published.path("bronze.tweets.generic").asLong())
                    .isEqualTo(good.tweets() + 2);
            assertThat(account.path("silver").path("written").asLong()).isEqualTo(good.unique());
            assertThat(account.path("silver").path("duplicate").asLong()).isEqualTo(good.tweets() - good.unique());
            assertThat(account.path("silver").path("dead").asLong()).isEqualTo(2);
        }
        assertThatTheLakeIsSound(workdir, good.unique(), 2);
    }

    /** Two partitions of each topic, also where the sandbox gives them one. */
    @Test
    void carriesRealTweets() throws Exception {
        List<String> inputs = List.of("v1_spritzer_2019", "v2_stream_derived", "v1_ssp_filter_2020");
        assumeTrue(Files.isDirectory(Up.DATA.resolve(inputs.get(0))), "no real tweets at " + Up.DATA);
        Path workdir = folder.resolve("work");
        try (Up up = Up.start(
                workdir,
                "--source",
                "archive",
                "--skip-unreadable",
                "--until-drained",
                "--set",
                "topics.partitions=2",
                "--input",
                Up.DATA.resolve(inputs.get(0)).toString(),
                Up.DATA.resolve(inputs.get(1)).toString(),
                Up.DATA.resolve(inputs.get(2)).toString())) {
            assertThat(up.await(BOUND)).as(up.err()).isZero();
            assertThat(workdir.resolve("kafka/bronze.tweets.generic-1")).isDirectory();
            assertThat(workdir.resolve("kafka/bronze.tweets.generic-2")).doesNotExist();
            JsonNode account = up.account();
            assertThat(account.path("balanced").asBoolean()).isTrue();
            assertThat(account.path("silver").path("written").asLong()).isGreaterThan(27_000);
            assertThatTheLakeIsSound(
                    workdir,
                    account.path("silver").path("written").asLong(),
                    account.path("silver").path("dead").asLong());
        }
    }

    private static void assertThatTheLakeIsSound(Path workdir, long silver, long dead) throws Exception {
        Workdir state = new Workdir(workdir);
        try (HdfsNode hdfs = HdfsNode.start(state.hdfs(), 0, 0);
                LakeFiles files = new LakeFiles(hdfs.address().resolve("/lake"));
                LakeSql sql = LakeSql.open(files, state.lakeCache())) {
            assertThat(number(sql, "select count(*) from silver.tweets")).isEqualTo(silver);
            assertThat(number(sql, "select count(distinct id) from silver.tweets"))
                    .isEqualTo(silver);
            assertThat(number(sql, "select count(distinct id) from silver.entities"))
                    .isEqualTo(silver);
            String bronze = "(select * from bronze.tweets_ai union all select * from bronze.tweets_generic)";
            assertThat(number(sql, "select count(distinct key) from " + bronze))
                    .as("all versions of a post have its first one's id as their key")
                    .isEqualTo(number(sql, "select count(distinct " + ROOT + ") from silver.tweets t") + dead);
            assertThat(number(
                            sql, "select count(*) - count(distinct (topic, \"partition\", \"offset\")) from " + bronze))
                    .isZero();
            assertThat(number(
                            sql,
                            "select count(*) from silver.tweets t join " + bronze + " b on b.topic = t.bronze_topic"
                                    + " and b.\"partition\" = t.bronze_partition and b.\"offset\" = t.bronze_offset"
                                    + " and b.key = " + ROOT))
                    .as("every silver row leads to its bronze bytes")
                    .isEqualTo(silver);
            assertThat(GoldRecount.of(sql, state.grace().orElseThrow()))
                    .as("gold recounted from silver")
                    .hasSize(5)
                    .allMatch(found -> found.different() == 0)
                    .allMatch(found -> found.rows() > 0 || !found.table().equals("gold.hashtag_counts"));
        }
    }

    private static long number(LakeSql sql, String statement) throws Exception {
        return ((Number) sql.query(statement).rows().get(0).get(0)).longValue();
    }
}
