package io.tweetlake.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The benchmarks: {@code java -jar benchmarks/target/benchmarks.jar COMMAND}. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        description = "Measures speed, side by side where there is something to compare with, and quality.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            IngestBenchmark.class,
            RecognizerBenchmark.class,
            EnrichBenchmark.class,
            GoldBenchmark.class,
            LakeBenchmark.class,
            LakeDayBenchmark.class,
            LakeFormatBenchmark.class,
            ServingBenchmark.class,
            LatencyBenchmark.class,
            NerQualityCommand.class,
            HelpCommand.class
        })
public final class BenchmarksMain {
    private BenchmarksMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchmarksMain())
                .setUsageHelpAutoWidth(true)
                .execute(arguments));
    }
}
