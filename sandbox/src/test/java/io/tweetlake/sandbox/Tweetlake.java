package io.tweetlake.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ./tweetlake} as a process of its own, as a user runs it. */
final class Tweetlake {
    static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private Tweetlake() {}

    /** How a command ended, and what it said. */
    record Ended(int code, String out, String err) {}

    static Process start(List<String> arguments, Path out, Path err) throws IOException {
        List<String> command = new ArrayList<>(List.of(HOME.resolve("tweetlake").toString()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // What was just packaged is what is tested: the launcher must not build again in the middle of a build.
        builder.environment().put("TWEETLAKE_NO_BUILD", "true");
        return builder.start();
    }

    /** Runs a command to its end. */
    static Ended run(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("tweetlake", ".out");
        Path err = Files.createTempFile("tweetlake", ".err");
        try {
            Process process = start(List.of(arguments), out, err);
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("did not end: " + Files.readString(err));
            }
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
