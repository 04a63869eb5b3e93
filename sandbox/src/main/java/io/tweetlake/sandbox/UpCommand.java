package io.tweetlake.sandbox;

import io.tweetlake.model.Books;
import io.tweetlake.model.FileState;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.runtime.Signals;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.topic.Topics;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts everything on this machine and shows the balance.",
            "",
            "Without --source a stand-in X server streams synthetic tweets; nothing else is needed.",
            "--source bluesky reads Bluesky's Jetstream: live posts, no account, no money.",
            "--source x and x-search read the X API if INGEST_X_BEARER_TOKEN holds a bearer token, else the stand-in.",
            "--source mastodon reads a server's public timeline: INGEST_MASTODON_URL, INGEST_MASTODON_ACCESS_TOKEN.",
            "--source archive reads files of posts: JSON in any form, plain or in gzip, bzip2, zstd, tar, zip.",
            "docs/sources.md says of each what it costs and what it can miss."
        })
final class UpCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int INTERRUPTED = 130;
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);

    @Option(
            names = "--source",
            paramLabel = "x|x-search|bluesky|mastodon|archive",
            description = "where tweets come from")
    private @Nullable String source;

    @Option(names = "--input", arity = "1..*", paramLabel = "PATH", description = "files or folders of an archive")
    private List<Path> inputs = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "a setting of a service, such as ingest.search.query=… or gold.windows=1m,10m,"
                    + " in place of what the sandbox would set (the service's README lists them)")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--rate",
            paramLabel = "N|max|xN",
            defaultValue = "max",
            description = "messages a second, or N times the recorded pace (default: max for an archive, 50 for the"
                    + " stand-in)")
    private String rate = "max";

    @Option(names = "--lake", paramLabel = "URI", description = "lake root, any Hadoop file system (default: own HDFS)")
    private @Nullable URI lake;

    @Option(
            names = "--workdir",
            paramLabel = "DIR",
            defaultValue = TweetlakeMain.DEFAULT_WORKDIR,
            description = "where state lives; the same folder continues (default: ${DEFAULT-VALUE})")
    private Path workdir = Path.of(TweetlakeMain.DEFAULT_WORKDIR);

    @Option(names = "--port-offset", paramLabel = "N", defaultValue = "0", description = "moves all ports together")
    private int portOffset;

    @Option(
            names = "--until-drained",
            description = "stop when all of an archive is in the lake; the last line is the account as JSON")
    private boolean untilDrained;

    @Option(
            names = "--skip-unreadable",
            description = "end with exit code 0 though files of the archive are damaged, or hold no posts; they are"
                    + " named all the same")
    private boolean skipUnreadable;

    private final PrintStream results = System.out;
    private final PrintStream progress = System.err;
    private final boolean terminal = Boolean.getBoolean("tweetlake.terminal");
    private volatile long firstInterrupt;
    private final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    public Integer call() throws Exception {
        UpOptions options = new UpOptions(
                source,
                settings,
                inputs,
                rate,
                lake,
                new Workdir(workdir),
                portOffset,
                untilDrained,
                System.getenv("INGEST_X_BEARER_TOKEN"));
        Signals.onStop(this::stop);
        try (Sandbox sandbox = Sandbox.start(options, TweetlakeMain.home(), line -> progress.println("  " + line));
                Balance balance = new Balance(sandbox.kafka())) {
            return run(sandbox, balance, options);
        }
    }

    private int run(Sandbox sandbox, Balance balance, UpOptions options) throws Exception {
        if (options.isFinite()) {
            progress.println("  starting the services");
            if (!await(sandbox, sandbox::ready)) {
                return failed(sandbox);
            }
        }
        sandbox.startIngest();
        // The clock starts when ingest begins to read: the start of five JVMs is not part of the run.
        if (options.isFinite()
                && !await(
                        sandbox,
                        () -> sandbox.ingest().ready() || sandbox.ingest().completed())) {
            return failed(sandbox);
        }
        long started = System.nanoTime();
        progress.println("  dashboard " + sandbox.dashboard() + " · HDFS page " + sandbox.hdfsPage() + " · logs in "
                + options.workdir().root().resolve("logs") + " · Ctrl-C stops everything");
        long nextLine = 0;
        String told = null;
        while (!interrupted.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
            String failure = firstFailure(sandbox);
            if (failure != null) {
                return failed(sandbox);
            }
            told = tellTrouble(sandbox.ingest(), told);
            balance.update();
            boolean read = options.untilDrained() && sandbox.ingest().completed();
            String undrained = read ? balance.undrained() : null;
            boolean drained = read && undrained == null;
            if (terminal || drained || System.nanoTime() >= nextLine) {
                show(balance, undrained);
                nextLine = System.nanoTime() + LINE_INTERVAL.toNanos();
            }
            if (drained) {
                return report(sandbox, balance, options, Duration.ofNanos(System.nanoTime() - started));
            }
        }
        progress.println();
        progress.println("  stopping");
        return stoppedCode();
    }

    /** Says once what keeps ingest from its source: a wrong token shows nowhere else on the screen. */
    private @Nullable String tellTrouble(ServiceProcess ingest, @Nullable String told) {
        String trouble = ingest.trouble();
        if (trouble != null && !trouble.equals(told)) {
            progress.println((terminal ? System.lineSeparator() : "") + "  ingest-service: " + trouble);
        }
        return trouble == null ? told : trouble;
    }

    private int report(Sandbox sandbox, Balance balance, UpOptions options, Duration took) throws Exception {
        if (terminal) {
            progress.println();
        }
        try (LakeFiles files = new LakeFiles(sandbox.lake())) {
            Account.Inputs inputs = options.fromArchive() ? inputs(sandbox, options) : null;
            Account account = balance.account(files, took, inputs);
            account.imbalances().forEach(imbalance -> progress.println("  does not balance: " + imbalance));
            // The account is the last line, so whatever stopping has to say comes before it.
            sandbox.close();
            results.println(account.json());
            results.flush();
            boolean whole = skipUnreadable || inputs == null || inputs.areWhole();
            return account.balanced() && whole ? 0 : 1;
        }
    }

    /** Counts what became of the inputs, and names those that could not be read. */
    private Account.Inputs inputs(Sandbox sandbox, UpOptions options) throws Exception {
        SourcePositions positions = SourcePositions.read(sandbox.kafka());
        for (FileState.Outcome outcome : List.of(FileState.Outcome.DAMAGED, FileState.Outcome.REFUSED)) {
            for (SourcePosition position : positions.ended(outcome, options.inputs())) {
                progress.println("  " + outcome.name().toLowerCase(Locale.ROOT) + ": " + position.input() + ": "
                        + Objects.requireNonNull(position.file()).cause());
            }
        }
        Account.Inputs inputs = new Account.Inputs(
                positions.ended(FileState.Outcome.READ, options.inputs()).size(),
                positions.ended(FileState.Outcome.DAMAGED, options.inputs()).size(),
                positions.ended(FileState.Outcome.REFUSED, options.inputs()).size());
        if (!inputs.areWhole() && !skipUnreadable) {
            progress.println(
                    "  not all inputs could be read to their ends: exit code 1; --skip-unreadable lets them pass");
        }
        return inputs;
    }

    /** False if Ctrl-C came first, or a service gave up. */
    private boolean await(Sandbox sandbox, BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (interrupted.await(50, TimeUnit.MILLISECONDS) || firstFailure(sandbox) != null) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String firstFailure(Sandbox sandbox) {
        return sandbox.services().stream()
                .map(ServiceProcess::failure)
                .filter(failure -> failure != null)
                .findFirst()
                .orElse(null);
    }

    private int failed(Sandbox sandbox) {
        String failure = firstFailure(sandbox);
        if (failure != null) {
            progress.println("tweetlake: " + failure);
        }
        return failure == null ? stoppedCode() : 1;
    }

    /** Who asked for an account and stopped it has none. */
    private int stoppedCode() {
        return untilDrained ? INTERRUPTED : 0;
    }

    /** @param undrained what the end of a finite run waits for */
    private void show(Balance balance, @Nullable String undrained) throws Exception {
        Books ingested = balance.ingested();
        Books cleansed = balance.cleansed();
        long notices = ingested.written().getOrDefault(Topics.BRONZE_NOTICES.name(), 0L);
        long dead = ingested.written().getOrDefault(Topics.DLQ_INGEST_SERVICE.name(), 0L) + cleansed.dead();
        long silver = cleansed.written().getOrDefault(Topics.SILVER_TWEETS.name(), 0L);
        String line = String.format(
                Locale.ROOT,
                "  in %,d · notices %,d · silver %,d · duplicate %,d · dead %,d · entities %,d · gold from %,d · lake behind %s",
                ingested.received(),
                notices,
                silver,
                cleansed.duplicate(),
                dead,
                balance.recognized().received(),
                balance.aggregated().received(),
                behind(balance));
        line += undrained == null ? "" : " · " + undrained;
        progress.print(terminal ? "\r" + line + "\u001b[K" : line + System.lineSeparator());
        progress.flush();
    }

    private static String behind(Balance balance) throws Exception {
        long lag = balance.lakeLag();
        return lag == Long.MAX_VALUE ? "–" : String.format(Locale.ROOT, "%,d", lag);
    }

    /**
     * Ctrl-C ends the loop, and everything is stopped in order; another one, some seconds later, kills what is left.
     */
    private void stop() {
        long now = System.nanoTime();
        if (interrupted.getCount() > 0) {
            firstInterrupt = now;
            interrupted.countDown();
        } else if (now - firstInterrupt > PATIENCE.toNanos()) {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            Runtime.getRuntime().halt(INTERRUPTED);
        }
    }
}
