package io.tweetlake.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tweetlake.sandbox.lake.GoldRecount;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.sandbox.lake.LakeSql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exactly once means: the same totals when each service is killed with SIGKILL in mid-run. */
class RestartIT {
    private static final Duration BOUND = Duration.ofMinutes(6);
    private static final int LINES = 12_000;

    @TempDir
    private Path folder;

    @Test
    void theBooksBalanceAfterEachServiceWasKilled() throws Exception {
        SyntheticFile file = SyntheticFile.write(folder.resolve("tweets.jsonl.gz"), 2, LINES);
        Path lake = Files.createDirectories(folder.resolve("lake"));
        try (Up up = Up.start(
                folder.resolve("work"),
                "--source",
                "archive",
                "--input",
                file.path().toString(),
                "--rate",
                "300",
                "--lake",
                lake.toUri().toString(),
                "--until-drained")) {
            long at = 0;
            for (String service : List.of("ingest-service", "enrich-streams", "gold-aggregator", "lake-writer")) {
                long from = at + 1_200;
                await().atMost(BOUND).until(() -> up.shown("gold from") > from);
                ProcessHandle victim = up.service(service).orElseThrow();
                victim.destroyForcibly();
                await().atMost(BOUND).until(() -> !victim.isAlive());
                await().atMost(BOUND).until(() -> up.service(service).isPresent());
                at = up.shown("gold from");
            }
            assertThat(up.await(BOUND)).as(up.err()).isZero();
            assertThat(up.err())
                    .contains("ingest-service died", "enrich-streams died", "gold-aggregator died", "lake-writer died");
            assertThatTotalsAre(file, up.account());
        }
        try (LakeFiles files = new LakeFiles(lake.toUri());
                LakeSql sql = LakeSql.open(files, folder.resolve("unused"))) {
            assertThat(sql.query("select count(*), count(distinct id) from silver.tweets")
                            .rows())
                    .containsExactly(List.of(file.unique(), file.unique()));
            Duration grace = new Workdir(folder.resolve("work")).grace().orElseThrow();
            assertThat(GoldRecount.of(sql, grace))
                    .allMatch(found -> found.rows() > 0 || found.table().equals("gold.place_counts"))
                    .allMatch(found -> found.different() == 0);
        }
    }

    private static void assertThatTotalsAre(SyntheticFile file, JsonNode account) {
        assertThat(account.path("balanced").asBoolean()).isTrue();
        assertThat(account.path("read").asLong()).isEqualTo(LINES);
        assertThat(account.path("published").path("bronze.notices").asLong()).isEqualTo(file.deletes());
        assertThat(account.path("silver").path("written").asLong()).isEqualTo(file.unique());
        assertThat(account.path("silver").path("duplicate").asLong()).isEqualTo(file.tweets() - file.unique());
        assertThat(account.path("silver").path("dead").asLong()).isZero();
    }
}
