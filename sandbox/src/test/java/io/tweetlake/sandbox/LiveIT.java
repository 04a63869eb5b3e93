package io.tweetlake.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tweetlake.sandbox.infra.HdfsNode;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.sandbox.lake.LakeSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A live stream from the stand-in X into HDFS, and the commands that look at it while it runs. */
class LiveIT {
    private static final Duration BOUND = Duration.ofMinutes(5);
    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    private Path folder;

    @Test
    void streamsAndShowsAndStopsWithoutATrace() throws Exception {
        Path workdir = folder.resolve("work");
        List<ProcessHandle> processes;
        try (Up up = Up.start(workdir, "--rate", "100")) {
            await().atMost(BOUND).until(() -> up.shown("gold from") > 500);
            assertThatCommandsShowIt(workdir);
            assertThatNoSecondOneStarts(workdir, up.portOffset());
            assertThat(residentBytes(up)).isLessThan(6 * GIBIBYTE);

            ProcessHandle writer = up.service("lake-writer").orElseThrow();
            writer.destroyForcibly();
            await().atMost(BOUND).until(() -> !writer.isAlive());
            long arrived = up.shown("in");
            await().atMost(BOUND).until(() -> up.service("lake-writer").isPresent() && bronzeRows(workdir) >= arrived);

            assertThatTheLakeVerifiesWhileItIsWritten(workdir);
            processes = up.processes();
            up.interrupt();
            assertThat(up.await(Duration.ofMinutes(1))).isZero();
        }
        assertThat(processes).hasSizeGreaterThanOrEqualTo(4).noneMatch(ProcessHandle::isAlive);
        assertThat(new Workdir(workdir).running()).isEmpty();
        assertThatEachOffsetIsInTheLakeOnce(workdir);
    }

    private static void assertThatCommandsShowIt(Path workdir) throws Exception {
        String of = workdir.toString();
        Tweetlake.Ended tail =
                Tweetlake.run("tail", "silver.tweets", "--from-beginning", "--max", "3", "--workdir", of);
        assertThat(tail.code()).as(tail.err()).isZero();
        assertThat(tail.out().lines())
                .hasSize(3)
                .allMatch(line -> line.matches("\\S+Z  x \\S+ (ai|generic)  @\\S+: .*"));
        assertThat(Tweetlake.run("tail", "silver.tweets", "--from-beginning", "--max", "3", "--json", "--workdir", of)
                        .out()
                        .lines())
                .hasSize(3)
                .allMatch(line -> line.contains("\"created_at\""));
        for (String ranking : List.of("trending", "entities")) {
            // The window of a day has just begun less often than one of five minutes.
            Tweetlake.Ended top =
                    Tweetlake.run("top", ranking, "--window", "1d", "--max", "3", "--json", "--workdir", of);
            assertThat(top.code()).as(top.err()).isZero();
            assertThat(top.out().lines()).hasSize(3).allMatch(line -> line.startsWith("{\"rank\":"));
        }
        assertThat(Tweetlake.run("tail", "no.such", "--workdir", of))
                .satisfies(ended -> assertThat(ended.code()).isEqualTo(2))
                .satisfies(ended ->
                        assertThat(ended.err()).contains("there is no topic no.such; there are ", "silver.tweets"));

        Tweetlake.Ended tables = Tweetlake.run("lake", "ls", "--workdir", of);
        assertThat(tables.code()).as(tables.err()).isZero();
        assertThat(tables.out()).contains("bronze/tweets/ai", "silver/tweets", "silver/entities");
        await().atMost(BOUND)
                .untilAsserted(() -> assertThat(Tweetlake.run("lake", "ls", "silver/tweets", "--workdir", of)
                                .out())
                        .contains("silver/tweets/date="));
        Tweetlake.Ended rows =
                Tweetlake.run("lake", "sql", "select count(*) > 0 n from silver.tweets", "--json", "--workdir", of);
        assertThat(rows.code()).as(rows.err()).isZero();
        assertThat(rows.out()).isEqualToIgnoringNewLines("{\"n\":true}");
        Tweetlake.Ended wrong = Tweetlake.run("lake", "sql", "select nothing from nowhere", "--workdir", of);
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("nowhere does not exist");
    }

    private static long bronzeRows(Path workdir) throws Exception {
        Tweetlake.Ended rows = Tweetlake.run(
                "lake",
                "sql",
                "select (select count(*) from bronze.tweets_ai) + (select count(*) from bronze.tweets_generic)"
                        + " + (select count(*) from bronze.notices) n",
                "--json",
                "--workdir",
                workdir.toString());
        assertThat(rows.code()).as(rows.err()).isZero();
        return Long.parseLong(rows.out().replaceAll("\\D", ""));
    }

    private static void assertThatTheLakeVerifiesWhileItIsWritten(Path workdir) throws Exception {
        Tweetlake.Ended verified = Tweetlake.run("lake", "verify", "--workdir", workdir.toString());
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
    }

    private void assertThatNoSecondOneStarts(Path workdir, int portOffset) throws Exception {
        Tweetlake.Ended sameFolder = Tweetlake.run("up", "--workdir", workdir.toString(), "--port-offset", "1");
        assertThat(sameFolder.code()).isEqualTo(2);
        assertThat(sameFolder.err()).contains("a sandbox runs in " + workdir);
        Tweetlake.Ended samePorts = Tweetlake.run(
                "up", "--workdir", folder.resolve("other").toString(), "--port-offset", String.valueOf(portOffset));
        assertThat(samePorts.code()).isEqualTo(2);
        assertThat(samePorts.err()).contains((9092 + portOffset) + " (Kafka)", "--port-offset N");
    }

    /** Resident memory of the command and all that it started, where the system tells. */
    private static long residentBytes(Up up) throws IOException {
        long kilobytes = 0;
        for (ProcessHandle process : up.processes()) {
            Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
            if (Files.exists(status)) {
                try (Stream<String> lines = Files.lines(status)) {
                    kilobytes += lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
                }
            }
        }
        return kilobytes * 1024;
    }

    private static void assertThatEachOffsetIsInTheLakeOnce(Path workdir) throws Exception {
        Workdir state = new Workdir(workdir);
        try (HdfsNode hdfs = HdfsNode.start(state.hdfs(), 0, 0);
                LakeFiles files = new LakeFiles(hdfs.address().resolve("/lake"));
                LakeSql sql = LakeSql.open(files, state.lakeCache())) {
            for (String table : List.of("bronze.tweets_ai", "bronze.tweets_generic", "bronze.notices")) {
                assertThat(sql.query("select count(*) - count(distinct (\"partition\", \"offset\")),"
                                        + " count(*) > 0 from " + table)
                                .rows())
                        .as(table)
                        .containsExactly(List.of(0L, true));
            }
        }
    }
}
