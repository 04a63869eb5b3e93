package io.tweetlake.sandbox;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The folder where the state of a sandbox lives: the same folder again continues from where it stopped. */
record Workdir(Path root) {
    private static final Duration LEFTOVER_BOUND = Duration.ofSeconds(20);
    private static final JsonMapper JSON = new JsonMapper();

    Workdir {
        root = root.toAbsolutePath().normalize();
    }

    /**
     * A sandbox that runs in a folder.
     *
     * @param kafka bootstrap address
     * @param lake the lake's root
     * @param dashboard where serving-api answers
     */
    record Running(long pid, String kafka, URI lake, URI dashboard) {}

    Path kafka() {
        return root.resolve("kafka");
    }

    Path hdfs() {
        return root.resolve("hdfs");
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    Path state(String service) {
        return root.resolve("state").resolve(service);
    }

    Path log(String service) {
        return root.resolve("logs").resolve(service + ".log");
    }

    Path lakeCache() {
        return root.resolve("lake-cache");
    }

    /** The sandbox that runs here now, if one does: what a killed one left behind is not one. */
    Optional<Running> running() throws IOException {
        try {
            Running running = JSON.readValue(Files.readAllBytes(runningFile()), Running.class);
            boolean alive = ProcessHandle.of(running.pid())
                    .filter(process -> process.info().command().orElse("").endsWith("java"))
                    .isPresent();
            return alive ? Optional.of(running) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** What every process that works on this folder has on its command line. */
    String mark() {
        return "-Dtweetlake.workdir=" + root;
    }

    /** Ends what a sandbox that was killed has left behind: its services and its Postgres. */
    void stopLeftovers() {
        List<ProcessHandle> leftovers = ProcessHandle.allProcesses()
                .filter(process -> {
                    String command = process.info().commandLine().orElse("") + " ";
                    return command.contains(mark() + " ") || command.contains("-D " + postgres() + "/data ");
                })
                .toList();
        leftovers.forEach(ProcessHandle::destroy);
        leftovers.forEach(process -> process.onExit()
                .completeOnTimeout(process, LEFTOVER_BOUND.toSeconds(), TimeUnit.SECONDS)
                .join()
                .destroyForcibly());
    }

    /** Notes how far behind a post could be and still count in gold: who counts again has to know. */
    void noteGrace(Duration grace) throws IOException {
        Files.writeString(graceFile(), grace.toString());
    }

    /** Notes that it is not known: whoever counts again must be told. */
    void forgetGrace() throws IOException {
        Files.deleteIfExists(graceFile());
    }

    /** What was noted last. */
    Optional<Duration> grace() throws IOException {
        return Files.exists(graceFile())
                ? Optional.of(Duration.parse(Files.readString(graceFile())))
                : Optional.empty();
    }

    private Path graceFile() {
        return root.resolve("gold-grace");
    }

    void markRunning(Running running) throws IOException {
        Files.createDirectories(root);
        Files.write(runningFile(), JSON.writeValueAsBytes(running));
    }

    void markStopped() throws IOException {
        Files.deleteIfExists(runningFile());
    }

    private Path runningFile() {
        return root.resolve("running.json");
    }

    /** Makes the folder; from here on, what the embedded servers log goes there. */
    void create() throws IOException {
        Files.createDirectories(root.resolve("logs"));
        if (!Files.isWritable(root)) {
            throw new IOException("cannot write to " + root);
        }
        System.setProperty("tweetlake.log", log("infrastructure").toString());
    }
}
