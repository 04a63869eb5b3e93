package io.tweetlake.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docker compose up}, with the images that the machine has or can pull. Skipped where no Docker engine answers.
 */
class ComposeIT {
    private static final Duration BOUND = Duration.ofMinutes(6);
    private static final String PROJECT =
            "tweetlake-it-" + ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private boolean started;

    @Test
    void comesUpHealthyAndCarriesTheSyntheticStreamIntoHdfs() throws Exception {
        assumeTrue(run("docker", "info", "--format", "{{.ServerVersion}}").code() == 0, "no Docker engine answers");
        started = true;
        Result up = compose("up", "--build", "--detach", "--wait");
        assertThat(up.code()).as(up.output()).isZero();
        for (String table : List.of(
                "bronze/tweets/ai",
                "bronze/tweets/generic",
                "bronze/notices",
                "silver/tweets",
                "silver/entities",
                "gold/hashtag-counts")) {
            await().atMost(BOUND).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> assertThat(
                            compose("exec", "-T", "namenode", "hdfs", "dfs", "-ls", "-R", "/lake/" + table)
                                    .output())
                    .containsPattern("/lake/" + table + "/date=\\d{4}-\\d\\d-\\d\\d/hour=\\d\\d/[^/\\s]+\\.parquet"));
        }
        String dashboard = compose("port", "serving-api", "5001").output().strip();
        assertThat(dashboard).startsWith("127.0.0.1:");
        await().atMost(BOUND).ignoreExceptions().untilAsserted(() -> {
            try (InputStream answer = URI.create("http://" + dashboard + "/api/v1/trending")
                    .toURL()
                    .openStream()) {
                assertThat(new String(answer.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"rank\":1");
            }
        });
        Result stop = compose("stop");
        assertThat(stop.code()).as(stop.output()).isZero();
        assertThat(compose("ps", "--all", "--format", "{{.Service}} {{.ExitCode}}")
                        .output())
                .as("services drain and exit with 0")
                .contains(
                        "ingest-service 0", "enrich-streams 0", "gold-aggregator 0", "lake-writer 0", "serving-api 0");
    }

    @AfterEach
    void down() throws Exception {
        if (started) {
            compose("down", "--volumes", "--timeout", "20");
        }
    }

    private record Result(int code, String output) {}

    private Result compose(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "compose", "--project-name", PROJECT));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private Result run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "docker", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Tweetlake.HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // Free ports of the host for the pages.
        builder.environment().put("HDFS_PAGE_PORT", "0");
        builder.environment().put("DASHBOARD_PORT", "0");
        Process process;
        try {
            process = builder.start();
        } catch (IOException noSuchProgram) {
            return new Result(127, String.valueOf(noSuchProgram.getMessage()));
        }
        boolean ended = process.waitFor(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
