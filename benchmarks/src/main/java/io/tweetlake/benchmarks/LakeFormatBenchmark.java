package io.tweetlake.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "lake-format",
        mixinStandardHelpOptions = true,
        description = {
            "Writes rows of a lake's bronze and silver tweets anew with other codecs, levels, row groups and pages, in turns, on one",
            "thread, and reads each file with DuckDB: processor time and bytes a row, and milliseconds to read a column of many",
            "bytes and one of few."
        })
final class LakeFormatBenchmark implements Callable<Integer> {
    @Parameters(paramLabel = "LAKE", description = "local folder of a lake")
    private Path lake = Path.of("");

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "100000",
            description = "of each file; default: ${DEFAULT-VALUE}")
    private int rows = 100_000;

    @Option(names = "--cpus", paramLabel = "LIST", defaultValue = "", description = "cores for the measured process")
    private String cpus = "";

    @Override
    public Integer call() throws Exception {
        Path work = Files.createTempDirectory("tweetlake-benchmark");
        try {
            File out = work.resolve("out.txt").toFile();
            List<String> arguments =
                    new ArrayList<>(Processes.lakeWriter("io.tweetlake.lake.FormatBenchmark", duckDb()));
            arguments.addAll(List.of(lake.toAbsolutePath().toString(), work.toString(), String.valueOf(rows)));
            Process process = Processes.java(cpus, "3g", arguments, out);
            int outcome = process.waitFor();
            List<String> lines = Files.readAllLines(out.toPath());
            if (outcome != 0) {
                throw new IOException(String.join("\n", lines));
            }
            lines.stream().filter(line -> line.contains(" bytes a row")).forEach(System.out::println);
        } finally {
            Processes.delete(work);
        }
        return 0;
    }

    /** lake-writer itself does not know it. */
    private static Path duckDb() throws IOException {
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(Path.of("sandbox/target/lib").toAbsolutePath(), "duckdb_jdbc-*.jar")) {
            return jars.iterator().next();
        }
    }
}
