package io.tweetlake.sandbox;

import io.tweetlake.standin.StandInX;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;

/** {@code ./tweetlake}: exit codes are 0 done, 1 failed, 2 wrong use. */
@Command(
        name = "tweetlake",
        mixinStandardHelpOptions = true,
        description = "From a live social stream to bronze, silver and gold Parquet.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            TailCommand.class,
            TopCommand.class,
            LakeCommand.class,
            DlqCommand.class,
            SourcesCommand.class,
            ReprocessCommand.class,
            TweetlakeMain.StandInXCommand.class,
            HelpCommand.class
        })
public final class TweetlakeMain {
    static final String DEFAULT_WORKDIR = ".tweetlake";

    private TweetlakeMain() {}

    public static void main(String[] arguments) {
        int code = commandLine().execute(arguments);
        System.exit(code);
    }

    static CommandLine commandLine() {
        return new CommandLine(new TweetlakeMain())
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(TweetlakeMain::fail)
                .setParameterExceptionHandler((wrong, given) -> {
                    System.err.println("tweetlake: " + wrong.getMessage());
                    System.err.println(
                            "Try: ./" + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
                    return 2;
                });
    }

    /** The checkout that this runs from. */
    static Path home() {
        return Path.of(System.getProperty("tweetlake.home", "."))
                .toAbsolutePath()
                .normalize();
    }

    /** The Kafka that was named, or that of the sandbox that runs in a folder. */
    static String kafka(Path workdir, @Nullable String named) throws IOException {
        return named != null
                ? named
                : new Workdir(workdir)
                        .running()
                        .orElseThrow(() -> new UsageException("no sandbox runs in " + workdir
                                + "; start one with ./tweetlake up, or name another Kafka with --kafka"))
                        .kafka();
    }

    private static int fail(Exception failure, CommandLine commandLine, CommandLine.ParseResult given) {
        System.err.println("tweetlake: " + (failure.getMessage() == null ? failure.toString() : failure.getMessage()));
        LoggerFactory.getLogger(TweetlakeMain.class).debug("the cause", failure);
        return failure instanceof UsageException ? 2 : 1;
    }

    @Command(
            name = "stand-in-x",
            mixinStandardHelpOptions = true,
            description = {
                "Serves the v2 filtered stream with synthetic tweets, until Ctrl-C.",
                "The bearer token that it expects is in INGEST_X_BEARER_TOKEN."
            })
    static final class StandInXCommand implements Callable<Integer> {
        @Option(
                names = "--host",
                defaultValue = "127.0.0.1",
                description = "address to bind to (default: ${DEFAULT-VALUE})")
        private String host = "127.0.0.1";

        @Option(names = "--port", defaultValue = "5010", description = "port to bind to (default: ${DEFAULT-VALUE})")
        private int port = 5010;

        @Option(names = "--rate", defaultValue = "50", description = "tweets a second (default: ${DEFAULT-VALUE})")
        private int rate = 50;

        @Override
        public Integer call() throws Exception {
            String token = System.getenv("INGEST_X_BEARER_TOKEN");
            if (token == null || token.isEmpty()) {
                throw new UsageException("set INGEST_X_BEARER_TOKEN to the token that clients must send");
            }
            try (StandInX x = StandInX.start(
                    new InetSocketAddress(host, port),
                    token,
                    1,
                    rate,
                    Duration.ofSeconds(10),
                    InstantSource.system())) {
                System.err.println("streaming " + rate + " synthetic tweets a second at " + x.address());
                Thread.currentThread().join();
            }
            return 0;
        }
    }
}
