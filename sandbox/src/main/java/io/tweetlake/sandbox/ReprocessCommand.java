package io.tweetlake.sandbox;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tweetlake.model.Books;
import io.tweetlake.runtime.Signals;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.lake.BronzeReplay;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.sandbox.lake.LakeSql;
import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reprocess",
        mixinStandardHelpOptions = true,
        description = {
            "Rebuilds silver from bronze into a version beside the live one, with the code as it is now,",
            "while the sandbox goes on: silver.v2_tweets and so on in SQL. Ends when it has caught up;",
            "run again, it goes on from where it was. The last line on standard output is its account as JSON."
        })
final class ReprocessCommand implements Callable<Integer> {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);

    @Parameters(paramLabel = "VERSION", description = "such as v2")
    private String version = "";

    @Option(
            names = "--from",
            paramLabel = "topics|lake",
            defaultValue = "topics",
            description = "bronze as Kafka still holds it, or all that the lake holds (default: ${DEFAULT-VALUE})")
    private From from = From.topics;

    @Option(
            names = "--workdir",
            paramLabel = "DIR",
            defaultValue = TweetlakeMain.DEFAULT_WORKDIR,
            description = "of the sandbox that runs (default: ${DEFAULT-VALUE})")
    private Path workdir = Path.of(TweetlakeMain.DEFAULT_WORKDIR);

    private final CountDownLatch interrupted = new CountDownLatch(1);

    /** Spelt as on the command line. */
    enum From {
        topics,
        lake
    }

    @Override
    @SuppressWarnings("try") // one of the resources is closed early
    public Integer call() throws Exception {
        if (!version.matches(Silver.VERSION)) {
            throw new UsageException("VERSION is " + version + "; it must be v and a number, such as v2");
        }
        Workdir folder = new Workdir(workdir);
        Workdir.Running running = folder.running()
                .orElseThrow(
                        () -> new UsageException("no sandbox runs in " + workdir + "; start one with ./tweetlake up"));
        Signals.onStop(interrupted::countDown);
        long started = System.nanoTime();
        Silver silver = Silver.version(version);
        if (from == From.lake) {
            silver = silver.ofReplayedBronze();
            replay(folder, running, silver);
        }
        try (ServiceProcess enrich = launch(folder, running, "enrich-streams", "1g", enrichArguments(folder, silver));
                ServiceProcess writer = launch(
                        folder,
                        running,
                        "lake-writer",
                        "1g",
                        List.of(
                                "--lake.root=" + running.lake(),
                                "--lake.version=" + version,
                                "--lake.format=" + format(running),
                                "--lake.hadoop.dfs.replication=1",
                                "--lake.hours-within="
                                        + Sandbox.hoursWithin(folder.grace().orElse(Duration.ofDays(1))),
                                "--lake.trigger=1500ms"));
                Balance balance = new Balance(running.kafka(), List.of(silver.books()));
                LakeFiles files = new LakeFiles(running.lake())) {
            if (!catchUp(balance, silver, List.of(enrich, writer))) {
                return 1;
            }
            // Bronze goes on; the version ends here, so that its account is of one moment.
            enrich.close();
            while (lakeLag(balance, silver) > 0) {
                if (writer.failure() != null || interrupted.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                    return 1;
                }
            }
            balance.update();
            return report(balance, silver, files, Duration.ofNanos(System.nanoTime() - started));
        }
    }

    /** Copies the lake's bronze into topics of the version, once. */
    private static void replay(Workdir folder, Workdir.Running running, Silver silver) throws Exception {
        try (LakeFiles files = new LakeFiles(running.lake());
                LakeSql sql = LakeSql.open(files, folder.lakeCache())) {
            for (int i = 0; i < silver.bronze().size(); i++) {
                Topic<String, byte[]> source = Silver.LIVE.bronze().get(i);
                Topic<String, byte[]> target = silver.bronze().get(i);
                boolean empty = files.of(source).isEmpty();
                long copied = BronzeReplay.copy(sql, empty ? null : source, target, running.kafka());
                System.err.printf(Locale.ROOT, "  %,d records in %s%n", copied, target.name());
            }
        }
    }

    private List<String> enrichArguments(Workdir folder, Silver silver) {
        return List.of(
                "--enrich.version=" + version,
                "--enrich.replay=" + (from == From.lake),
                "--enrich.state-folder=" + folder.state(silver.service()));
    }

    private static ServiceProcess launch(
            Workdir folder, Workdir.Running running, String name, String heap, List<String> arguments)
            throws IOException {
        List<String> all = new ArrayList<>(arguments);
        all.add("--kafka.bootstrap.servers=" + running.kafka());
        return new ServiceProcess(
                name,
                TweetlakeMain.home().resolve(name).resolve("target").resolve(name + ".jar"),
                ServiceProcess.jvm(heap, false),
                folder.mark(),
                FreePort.find(),
                all,
                Map.of(),
                folder.log(name + "-reprocess"),
                ServiceProcess.Life.ENDLESS);
    }

    /** Waits until all of bronze is in the version's tables; false if it was interrupted or a service gave up. */
    private boolean catchUp(Balance balance, Silver silver, List<ServiceProcess> services) throws Exception {
        long nextLine = 0;
        while (!interrupted.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
            for (ServiceProcess service : services) {
                if (service.failure() != null) {
                    System.err.println("tweetlake: " + service.failure());
                    return false;
                }
            }
            balance.update();
            long behind = balance.lag(
                    silver.service(),
                    Stream.concat(silver.bronze().stream(), Stream.of(silver.tweets()))
                            .map(Topic::name)
                            .collect(Collectors.toSet()));
            long lakeBehind = lakeLag(balance, silver);
            Books cleansed = cleansed(balance, silver);
            boolean caughtUp = behind == 0 && recognized(balance, silver).received() == written(cleansed, silver);
            if (caughtUp || System.nanoTime() > nextLine) {
                System.err.printf(
                        Locale.ROOT,
                        "  %s: bronze %,d · silver %,d · duplicate %,d · dead %,d · behind %s · lake behind %s%n",
                        version,
                        cleansed.received(),
                        written(cleansed, silver),
                        cleansed.duplicate(),
                        cleansed.dead(),
                        lag(behind),
                        lag(lakeBehind));
                nextLine = System.nanoTime() + LINE_INTERVAL.toNanos();
            }
            if (caughtUp) {
                return true;
            }
        }
        System.err.println("  stopped; run it again to go on");
        return false;
    }

    private long lakeLag(Balance balance, Silver silver) throws Exception {
        return balance.lag(
                "lake-writer-" + version,
                silver.lake().stream().map(Topic::name).collect(Collectors.toSet()));
    }

    /** A version is what the live tables are. */
    private static String format(Workdir.Running running) throws IOException {
        try (LakeFiles files = new LakeFiles(running.lake())) {
            return files.ledgers().state(Topics.SILVER_TWEETS).delta() ? "delta" : "parquet";
        }
    }

    private static int report(Balance balance, Silver silver, LakeFiles files, Duration took) throws Exception {
        Books cleansed = cleansed(balance, silver);
        Map<String, Long> lake = new TreeMap<>();
        for (Topic<?, ?> topic : silver.lake()) {
            lake.put(topic.name(), files.rows(topic));
        }
        long written = written(cleansed, silver);
        boolean balanced = cleansed.balanced()
                && lake.getOrDefault(silver.tweets().name(), 0L) == written
                && lake.getOrDefault(silver.entities().name(), 0L) == written;
        Map<String, Object> account = new LinkedHashMap<>();
        account.put("received", cleansed.received());
        account.put("written", written);
        account.put("duplicate", cleansed.duplicate());
        account.put("filtered", new TreeMap<>(cleansed.filtered()));
        account.put("dead", cleansed.dead());
        account.put("lake", lake);
        account.put("seconds", took.toMillis() / 1000.0);
        account.put("balanced", balanced);
        System.out.println(new JsonMapper().writeValueAsString(account));
        return balanced ? 0 : 1;
    }

    private static Books cleansed(Balance balance, Silver silver) {
        return balance.books(silver.books(), step -> step.startsWith("cleanse-"));
    }

    private static Books recognized(Balance balance, Silver silver) {
        return balance.books(silver.books(), step -> step.startsWith("recognize-"));
    }

    private static long written(Books cleansed, Silver silver) {
        return cleansed.written().getOrDefault(silver.tweets().name(), 0L);
    }

    private static String lag(long records) {
        return records == Long.MAX_VALUE ? "–" : String.format(Locale.ROOT, "%,d", records);
    }
}
