package io.tweetlake.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.sandbox.lake.LakeSql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Silver is rebuilt from bronze, as Kafka or as the lake has it, beside the live flow. */
class ReprocessIT {
    private static final Duration BOUND = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    @Test
    void rebuildsTheSameSilverFromTopicsAndFromTheLake() throws Exception {
        SyntheticFile file = SyntheticFile.write(folder.resolve("tweets.jsonl.gz"), 5, 2_000);
        Path lake = Files.createDirectories(folder.resolve("lake"));
        Path workdir = folder.resolve("work");
        try (Up up = Up.start(
                workdir,
                "--source",
                "archive",
                "--input",
                file.path().toString(),
                "--lake",
                lake.toUri().toString())) {
            await().atMost(BOUND).until(() -> up.shown("gold from") == file.unique() && up.shown("lake behind") == 0);
            assertThatItRebuilds(file, workdir, "v2", "topics");
            assertThatItRebuilds(file, workdir, "v3", "lake");
            assertThat(up.service("enrich-streams")).as("the live flow goes on").isPresent();
            up.interrupt();
            up.await(BOUND);
        }
        try (LakeFiles files = new LakeFiles(lake.toUri());
                LakeSql sql = LakeSql.open(files, folder.resolve("unused"))) {
            for (String version : List.of("v2", "v3")) {
                assertThat(sql.query(
                                        "select count(*) from silver.tweets t join silver." + version
                                                + "_tweets v on t.id = v.id and t.text = v.text and t.created_at = v.created_at"
                                                + " and t.observed_at = v.observed_at and t.bronze_topic = v.bronze_topic"
                                                + " and t.bronze_partition = v.bronze_partition and t.bronze_offset = v.bronze_offset")
                                .rows())
                        .as(version)
                        .containsExactly(List.of(file.unique()));
                assertThat(sql.query("select count(*) from silver.entities t join silver." + version
                                        + "_entities v on t.id = v.id and t.entities = v.entities")
                                .rows())
                        .containsExactly(List.of(file.unique()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"reprocess 2, VERSION is 2; it must be v and a number", "reprocess v2, no sandbox runs in"})
    void saysWhatIsWrong(String command, String message) throws Exception {
        String[] words = (command + " --workdir " + folder.resolve("none")).split(" ", -1);
        assertThat(Tweetlake.run(words))
                .satisfies(ended -> assertThat(ended.code()).isEqualTo(2))
                .satisfies(ended -> assertThat(ended.err()).contains(message));
    }

    private static void assertThatItRebuilds(SyntheticFile file, Path workdir, String version, String from)
            throws Exception {
        Tweetlake.Ended ended = Tweetlake.run("reprocess", version, "--from", from, "--workdir", workdir.toString());
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode account = new JsonMapper().readTree(ended.out());
        assertThat(account.path("balanced").asBoolean()).isTrue();
        assertThat(account.path("received").asLong()).isEqualTo(file.tweets());
        assertThat(account.path("written").asLong()).isEqualTo(file.unique());
        assertThat(account.path("duplicate").asLong()).isEqualTo(file.tweets() - file.unique());
    }
}
