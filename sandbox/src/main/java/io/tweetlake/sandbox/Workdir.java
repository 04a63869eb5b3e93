package io.tweetlake.sandbox;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The folder where the state of a sandbox lives: the same folder again continues from where it stopped. */
record Workdir(Path root) {
    private static final JsonMapper JSON = new JsonMapper();

    Workdir {
        root = root.toAbsolutePath().normalize();
    }

    /**
     * A sandbox that runs in a folder.
     *
     * @param kafka bootstrap address
     * @param lake the lake's root
     */
    record Running(long pid, String kafka, URI lake) {}

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
