package io.tweetlake.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** {@code ./tweetlake up} as a process of its own, as a user starts it. */
final class Up implements AutoCloseable {
    static final Path DATA = Tweetlake.HOME.resolveSibling("shared").resolve("data");

    private final Process process;
    private final int portOffset;
    private final Path out;
    private final Path err;

    private Up(Process process, int portOffset, Path out, Path err) {
        this.process = process;
        this.portOffset = portOffset;
        this.out = out;
        this.err = err;
    }

    static Up start(Path workdir, String... arguments) throws IOException {
        Files.createDirectories(workdir);
        Path out = workdir.resolve("stdout.txt");
        Path err = workdir.resolve("stderr.txt");
        int portOffset = freePortOffset();
        List<String> command = new ArrayList<>(
                List.of("up", "--workdir", workdir.toString(), "--port-offset", String.valueOf(portOffset)));
        command.addAll(List.of(arguments));
        return new Up(Tweetlake.start(command, out, err), portOffset, out, err);
    }

    int portOffset() {
        return portOffset;
    }

    /** Waits for its end and gives back the exit code. */
    int await(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("did not end within " + atMost + ": " + err());
        }
        return process.exitValue();
    }

    /** The last line on standard output. */
    JsonNode account() throws IOException {
        List<String> lines = Files.readAllLines(out);
        return new JsonMapper().readTree(lines.get(lines.size() - 1));
    }

    String err() {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the balance stands, read off the last line that was shown. */
    long shown(String name) {
        return err().lines()
                .filter(line -> line.startsWith("  in "))
                .reduce((earlier, later) -> later)
                .flatMap(line -> List.of(line.strip().split(" · ")).stream()
                        .filter(part -> part.startsWith(name + " "))
                        .findFirst())
                .map(part -> Long.parseLong(part.substring(name.length() + 1).replace(",", "")))
                .orElse(0L);
    }

    /** The process of a service, if it runs. */
    Optional<ProcessHandle> service(String name) {
        return process.descendants()
                .filter(child -> child.info().commandLine().orElse("").contains("/" + name + ".jar"))
                .findFirst();
    }

    /** SIGTERM, as Ctrl-C but from outside. */
    void interrupt() {
        process.destroy();
    }

    List<ProcessHandle> processes() {
        return process.descendants().toList();
    }

    @Override
    public void close() {
        List<ProcessHandle> children = processes();
        process.destroy();
        process.onExit().completeOnTimeout(process, 1, TimeUnit.MINUTES).join();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** An offset at which all ports of a sandbox are free, and none is one that others are given. */
    private static int freePortOffset() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int offset = ThreadLocalRandom.current().nextInt(1_000, 6_500);
            try {
                new Ports(offset).requireFree(5);
                return offset;
            } catch (UsageException taken) {
                continue;
            }
        }
        throw new IOException("no free ports");
    }
}
