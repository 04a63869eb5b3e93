package io.tweetlake.sandbox;

import io.tweetlake.ledger.PurgeReport;
import io.tweetlake.sandbox.infra.HdfsNode;
import io.tweetlake.sandbox.lake.GoldRecount;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.sandbox.lake.LakeListing;
import io.tweetlake.sandbox.lake.LakeSql;
import io.tweetlake.sandbox.lake.LakeVerification;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.FileNotFoundException;
import java.net.URI;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "lake",
        mixinStandardHelpOptions = true,
        description = "Looks into the lake, while the pipeline runs and after it has stopped.",
        synopsisSubcommandLabel = "COMMAND")
final class LakeCommand {
    private static final int ATTEMPTS = 3;

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = "Lists tables, or the partitions of one: rows, files and bytes.")
    int ls(
            @Parameters(paramLabel = "PATH", arity = "0..1", description = "such as silver/tweets") @Nullable
                    String path,
            @Mixin WhichLake which,
            @Option(names = "--json", description = "one JSON object a line") boolean json)
            throws Exception {
        return with(which, files -> {
            List<LakeListing.Line> lines =
                    path == null ? LakeListing.tables(files) : LakeListing.partitions(files, path);
            if (lines.isEmpty() && path != null) {
                throw new UsageException("the lake holds nothing at " + path);
            }
            List<List<Object>> rows = lines.stream()
                    .map(line -> List.<Object>of(line.path(), line.rows(), line.files(), line.bytes()))
                    .toList();
            Rows.print(List.of("path", "rows", "files", "bytes"), rows, json);
        });
    }

    @Command(
            name = "sql",
            mixinStandardHelpOptions = true,
            description = {
                "Runs one SQL statement (DuckDB's dialect).",
                "Tables: bronze.tweets_ai, bronze.tweets_generic, bronze.notices, silver.tweets, silver.entities,",
                "gold.hashtag_counts. complete_hours('silver.tweets') lists the hours that are complete."
            })
    int sql(
            @Parameters(paramLabel = "STATEMENT", description = "such as \"select count(*) from silver.tweets\"")
                    String statement,
            @Mixin WhichLake which,
            @Option(names = "--json", description = "one JSON object a row") boolean json)
            throws Exception {
        return with(which, files -> {
            try (LakeSql sql = LakeSql.open(files, which.cache())) {
                if (statement.contains("complete_hours")) {
                    sql.addCompleteHours(files);
                }
                query(sql, statement, json);
            }
        });
    }

    @Command(
            name = "compact",
            mixinStandardHelpOptions = true,
            description = {
                "Makes few large files of the many small ones of closed hours, while others read and write.",
                "lake-writer does so by itself while it runs."
            })
    int compact(@Mixin WhichLake which, @Option(names = "--json", description = "one JSON object a line") boolean json)
            throws Exception {
        return with(which, files -> {
            List<LakeListing.Line> before = LakeListing.tables(files);
            LakeTask.run("compact", files.root(), which.settings());
            List<LakeListing.Line> after = LakeListing.tables(files);
            List<List<Object>> rows = new ArrayList<>();
            for (int i = 0; i < before.size(); i++) {
                rows.add(List.of(
                        before.get(i).path(),
                        after.get(i).rows(),
                        before.get(i).files(),
                        after.get(i).files(),
                        before.get(i).bytes(),
                        after.get(i).bytes()));
            }
            Rows.print(List.of("path", "rows", "files_before", "files", "bytes_before", "bytes"), rows, json);
        });
    }

    @Command(
            name = "purge",
            mixinStandardHelpOptions = true,
            description = {
                "Takes out of the lake what delete, geo-scrub, withheld and account notices name, now.",
                "lake-writer does so by itself twice in every lake.purge-within (24 h)."
            })
    int purge(
            @Option(names = "--reports", description = "only show what was purged when") boolean reports,
            @Mixin WhichLake which,
            @Option(names = "--json", description = "one JSON object a line") boolean json)
            throws Exception {
        return with(which, files -> {
            int known = files.ledgers().purges().size();
            if (!reports) {
                LakeTask.run("purge", files.root(), which.settings());
            }
            List<PurgeReport> all = files.ledgers().purges();
            List<List<Object>> rows = new ArrayList<>();
            for (PurgeReport report : reports ? all : all.subList(known, all.size())) {
                new TreeMap<>(report.tables())
                        .forEach((table, purged) -> rows.add(List.of(
                                report.at().toString(), report.notices(), table, purged.rows(), purged.files())));
            }
            Rows.print(List.of("at", "new_notices", "table", "rows_purged", "files_rewritten"), rows, json);
        });
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Compares each table's ledger, its files' footers and the offsets in its rows: what was read follows without a",
                "hole, no offset comes twice, no file is too many or too few. Exit code 1 if anything does not hold."
            })
    int verify(@Mixin WhichLake which, @Option(names = "--json", description = "one JSON object a line") boolean json)
            throws Exception {
        AtomicBoolean holds = new AtomicBoolean(true);
        int opened = with(which, files -> {
            List<List<Object>> rows = new ArrayList<>();
            try (LakeSql sql = LakeSql.open(files, which.cache())) {
                for (Topic<?, ?> topic : files.topics()) {
                    LakeVerification.Finding found = LakeVerification.of(topic, files, sql);
                    if (!found.problems().isEmpty()) {
                        // What had been decided and was being done meanwhile is done by now.
                        TimeUnit.SECONDS.sleep(2);
                        found = LakeVerification.of(topic, files, sql);
                    }
                    holds.compareAndSet(true, found.problems().isEmpty());
                    rows.add(List.of(
                            found.table(),
                            found.rows(),
                            found.files(),
                            found.dead(),
                            found.purged(),
                            found.lost(),
                            found.problems().isEmpty() ? "ok" : String.join("; ", found.problems())));
                }
            }
            Rows.print(List.of("table", "rows", "files", "dead", "purged", "lost", "result"), rows, json);
        });
        return holds.get() ? opened : 1;
    }

    @Command(
            name = "verify-gold",
            mixinStandardHelpOptions = true,
            description = {
                "Counts gold again from silver, by SQL, and compares every window: hashtags, smiles, entities, volume, places.",
                "For a lake that is not behind: run it when the source has ended. Exit code 1 if anything differs."
            })
    int verifyGold(
            @Mixin WhichLake which,
            @Option(
                            names = "--grace",
                            paramLabel = "DURATION",
                            description = "gold.grace of who counted, ISO 8601 (default: the sandbox's, else PT24H)")
                    @Nullable
                    Duration grace,
            @Option(names = "--json", description = "one JSON object a line") boolean json)
            throws Exception {
        Duration late = grace != null ? grace : which.workdir().grace().orElse(Duration.ofDays(1));
        AtomicBoolean holds = new AtomicBoolean(true);
        int opened = with(which, files -> {
            List<List<Object>> rows = new ArrayList<>();
            long purged = files.ledgers().state(Topics.SILVER_TWEETS).purged();
            try (LakeSql sql = LakeSql.open(files, which.cache())) {
                for (GoldRecount.Finding found : GoldRecount.of(sql, late)) {
                    String result = found.different() == 0
                            ? "ok"
                            : purged == 0
                                    ? found.different() + " differ, such as " + found.example()
                                    : found.different() + " differ, " + purged + " posts were purged since";
                    holds.compareAndSet(true, found.different() == 0);
                    rows.add(List.of(found.table(), found.rows(), found.recounted(), result));
                }
            }
            Rows.print(List.of("table", "rows", "recounted", "result"), rows, json);
        });
        return holds.get() ? opened : 1;
    }

    private static void query(LakeSql sql, String statement, boolean json) throws Exception {
        try {
            LakeSql.Result result = sql.query(statement);
            Rows.print(result.columns(), result.rows(), json);
        } catch (SQLException e) {
            String nothingYet = sql.emptyTables().isEmpty()
                    ? ""
                    : System.lineSeparator() + "Nothing yet in " + String.join(", ", sql.emptyTables());
            throw new UsageException(e.getMessage() + nothingYet);
        }
    }

    @FunctionalInterface
    private interface Look {
        void at(LakeFiles files) throws Exception;
    }

    /** Opens the named lake, or the running sandbox's, or, where none runs, the HDFS of its work folder. */
    private static int with(WhichLake which, Look look) throws Exception {
        Workdir workdir = which.workdir();
        Optional<URI> lake = which.lake();
        if (lake.isEmpty()) {
            lake = workdir.running().map(Workdir.Running::lake);
        }
        if (lake.isPresent()) {
            look(lake.get(), which, look);
            return 0;
        }
        if (!Files.exists(workdir.hdfs())) {
            throw new UsageException("there is no lake in " + workdir.root()
                    + "; run ./tweetlake up first, or name another with --workdir or --lake");
        }
        workdir.create();
        try (HdfsNode hdfs = HdfsNode.start(workdir.hdfs(), 0, 0)) {
            look(hdfs.address().resolve("/lake"), which, look);
        }
        return 0;
    }

    /** A file that another process has replaced between the listing and the reading: then it is done again. */
    private static void look(URI lake, WhichLake which, Look look) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try (LakeFiles files = new LakeFiles(lake, which.hadoop())) {
                if (!files.isLake()) {
                    throw new UsageException("there is no lake at " + lake
                            + ", or nothing has been written to it yet; name another with --workdir or --lake");
                }
                look.at(files);
                return;
            } catch (FileNotFoundException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
