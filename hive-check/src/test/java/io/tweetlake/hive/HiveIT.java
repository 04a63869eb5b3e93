package io.tweetlake.hive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.ql.DriverFactory;
import org.apache.hadoop.hive.ql.IDriver;
import org.apache.hadoop.hive.ql.session.SessionState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/sql.md} says of Hive works in Hive itself, with a metastore of its own. */
class HiveIT {
    private static final Path PAGE = Path.of("../docs/sql.md");
    private static final Path LAKE_WRITER = Path.of("../lake-writer/target");
    private static final Pattern STATEMENT = Pattern.compile(
            "CREATE TABLE (\\S+) \\((.*?),\n  `date` STRING,\n  `hour` STRING\\)\nUSING parquet PARTITIONED BY \\(`date`, `hour`\\) LOCATION '/lake/([^']*)';",
            Pattern.DOTALL);

    @TempDir
    private Path folder;

    private HiveConf settings = new HiveConf();

    @BeforeEach
    void start() throws Exception {
        writeLake();
        settings = new HiveConf(SessionState.class);
        settings.set("javax.jdo.option.ConnectionURL", "jdbc:derby:memory:metastore;create=true");
        settings.set("datanucleus.schema.autoCreateAll", "true");
        settings.set("hive.metastore.schema.verification", "false");
        settings.set("hive.metastore.warehouse.dir", folder.resolve("warehouse").toString());
        settings.set("hive.exec.scratchdir", folder.resolve("scratch").toString());
        settings.set(
                "hive.exec.local.scratchdir", folder.resolve("scratch-local").toString());
        settings.set(
                "hive.downloaded.resources.dir", folder.resolve("resources").toString());
        settings.set("hive.query.results.cache.enabled", "false");
        // What needs no job is read in this process.
        settings.set("hive.fetch.task.conversion", "more");
        settings.set("hive.fetch.task.conversion.threshold", "-1");
        SessionState.start(settings);
    }

    @AfterEach
    void stop() throws IOException {
        SessionState.get().close();
    }

    @Test
    void itsExternalTablesHoldWhatTheLakeHolds() throws Exception {
        for (String stage : List.of("bronze", "silver", "gold")) {
            run("CREATE DATABASE " + stage);
        }
        Matcher statement = STATEMENT.matcher(Files.readString(PAGE));
        int tables = 0;
        while (statement.find()) {
            run(
                    "CREATE EXTERNAL TABLE %s (%s) PARTITIONED BY (`date` STRING, `hour` STRING) STORED AS PARQUET LOCATION '%s'"
                            .formatted(
                                    statement.group(1),
                                    statement.group(2),
                                    folder.resolve("lake/" + statement.group(3)).toUri()));
            tables++;
        }
        assertThat(tables).isEqualTo(13);
        run("MSCK REPAIR TABLE bronze.tweets_ai");
        run("MSCK REPAIR TABLE gold.hashtag_counts");
        assertThat(run("SELECT `offset` FROM bronze.tweets_ai")).hasSize(50).doesNotHaveDuplicates();
        assertThat(run("SELECT `offset` FROM bronze.tweets_ai WHERE hour = '01'"))
                .hasSize(25);
        assertThat(run("SELECT hashtag, mentions, window_start, `date`, hour FROM gold.hashtag_counts"))
                .containsExactlyInAnyOrder(
                        "a\t3\t2026-01-01 00:00:00\t2026-01-01\t00", "b\t2\t2026-01-01 00:00:00\t2026-01-01\t00");
    }

    private List<String> run(String statement) throws Exception {
        List<String> rows = new ArrayList<>();
        try (IDriver driver = DriverFactory.newDriver(settings)) {
            driver.run(statement);
            List<String> some = new ArrayList<>();
            while (driver.getResults(some)) {
                rows.addAll(some);
                some.clear();
            }
        }
        return rows;
    }

    /** By a process of its own. */
    private void writeLake() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        try (JarFile jar = new JarFile(LAKE_WRITER.resolve("lake-writer.jar").toFile())) {
            for (String opened :
                    jar.getManifest().getMainAttributes().getValue("Add-Opens").split(" ")) {
                command.add("--add-opens=" + opened + "=ALL-UNNAMED");
            }
        }
        command.addAll(List.of(
                "-cp",
                LAKE_WRITER.resolve("lake-writer.jar") + File.pathSeparator + LAKE_WRITER.resolve("test-classes"),
                "io.tweetlake.lake.SampleLake",
                folder.resolve("lake").toString()));
        Path log = folder.resolve("lake-writer.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    }
}
