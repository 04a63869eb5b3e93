package io.tweetlake.sandbox.infra;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A Postgres server on loopback. What it holds outlives it in its folder. */
public final class PostgresNode implements Closeable {
    private static final Duration START_BOUND = Duration.ofMinutes(1);

    private final EmbeddedPostgres server;

    private PostgresNode(EmbeddedPostgres server) {
        this.server = server;
    }

    public static PostgresNode start(Path folder, int port) throws IOException {
        Files.createDirectories(folder);
        return new PostgresNode(EmbeddedPostgres.builder()
                .setPort(port)
                .setOverrideWorkingDirectory(folder.resolve("program").toFile())
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_BOUND)
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("server.log").toFile()))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("server.log").toFile()))
                .start());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
