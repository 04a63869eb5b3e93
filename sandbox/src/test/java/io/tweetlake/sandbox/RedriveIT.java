package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters are listed, shown and sent back, and the books balance before and after. */
class RedriveIT {
    private static final Duration BOUND = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    @Test
    void sendsDeadLettersBackOnceAndBalances() throws Exception {
        Path file = folder.resolve("tweets.jsonl");
        Files.write(
                file,
                List.of(
                        "{\"data\":{\"id\":\"1212092628029698048\",\"text\":\"sound\"}}",
                        "{\"data\":{\"id\":\"no-snowflake\",\"text\":\"no time\"}}",
                        "{\"data\":{\"id\":\"1212092628029698049\"}}",
                        "{\"data\":"),
                UTF_8);
        Path lake = Files.createDirectories(folder.resolve("lake"));
        Path workdir = folder.resolve("work");
        String[] arguments = {
            "--source",
            "archive",
            "--input",
            file.toString(),
            "--lake",
            lake.toUri().toString()
        };
        String of = workdir.toString();
        try (Up up = Up.start(workdir, arguments)) {
            await().atMost(BOUND).until(() -> up.shown("dead") == 3 && up.shown("silver") == 1);
            Tweetlake.Ended listed = Tweetlake.run("dlq", "ls", "--json", "--workdir", of);
            assertThat(listed.out().lines()).as(listed.err()).hasSize(3);
            assertThat(listed.out())
                    .contains(
                            "\"records\":1,\"waiting\":1,\"cause\":\"the post has no creation time, and its id holds none\"",
                            "\"records\":1,\"waiting\":1,\"cause\":\"the post has no text\"",
                            "\"dead_letters\":\"dlq.ingest-service\"");
            Tweetlake.Ended shown = Tweetlake.run("dlq", "show", "dlq.enrich-streams", "--workdir", of);
            assertThat(shown.out()).contains("from bronze.tweets.generic/", "\"text\":\"no time\"");

            Tweetlake.Ended sent = Tweetlake.run("dlq", "redrive", "dlq.enrich-streams", "--workdir", of);
            assertThat(sent.out()).as(sent.err()).isEqualToIgnoringNewLines("bronze.tweets.generic: 2 sent back");
            await().atMost(BOUND).until(() -> up.shown("dead") == 5);
            assertThat(Tweetlake.run("dlq", "show", "dlq.enrich-streams", "--workdir", of)
                            .out())
                    .containsOnlyOnce("sent back)\n  the post has no text");
            assertThat(Tweetlake.run("dlq", "redrive", "dlq.ingest-service", "--workdir", of))
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(1))
                    .satisfies(refused -> assertThat(refused.err()).contains("read the source again"));
            assertThat(Tweetlake.run("dlq", "show", "silver.tweets", "--workdir", of)
                            .code())
                    .isEqualTo(2);
            up.interrupt();
            up.await(BOUND);
        }
        try (Up up = Up.start(
                workdir,
                "--source",
                "archive",
                "--input",
                file.toString(),
                "--lake",
                lake.toUri().toString(),
                "--until-drained")) {
            assertThat(up.await(BOUND)).as(up.err()).isZero();
            JsonNode account = up.account();
            assertThat(account.path("balanced").asBoolean()).isTrue();
            assertThat(account.path("read").asLong()).isEqualTo(4);
            assertThat(account.path("silver").path("written").asLong()).isEqualTo(1);
            assertThat(account.path("silver").path("dead").asLong()).isEqualTo(4);
            assertThat(account.path("lake").path("bronze.tweets.generic").asLong())
                    .isEqualTo(5);
        }
    }
}
