package io.tweetlake.sandbox;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** lake-writer doing one thing to a lake, beside the one that writes it, if any. */
final class LakeTask {
    private LakeTask() {}

    /**
     * Runs it to its end; what it says goes to standard error.
     *
     * @param task a value of {@code lake.task}
     * @param settings of lake-writer, {@code key=value}
     * @throws UsageException if it failed, as it then has said
     */
    static void run(String task, URI lake, List<String> settings) throws IOException, InterruptedException {
        Path jar = TweetlakeMain.home().resolve("lake-writer/target/lake-writer.jar");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-jar",
                jar.toString(),
                "--lake.task=" + task,
                "--lake.root=" + lake,
                "--health.port=0"));
        settings.forEach(setting -> command.add("--" + setting));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .redirectErrorStream(true)
                .start();
        try (var lines = process.inputReader()) {
            lines.lines().filter(LakeTask::isTold).forEach(line -> System.err.println("  " + message(line)));
        }
        if (process.waitFor() != 0) {
            throw new UsageException("lake " + task + " failed");
        }
    }

    /** Its own lines, without the settings and the libraries' small talk. */
    private static boolean isTold(String line) {
        return line.contains(" ERROR ") || line.matches(".* INFO +(Purge|Compaction|LakeWriterMain|LostLedger) - .*");
    }

    private static String message(String line) {
        return line.substring(line.indexOf(" - ") + 3);
    }
}
