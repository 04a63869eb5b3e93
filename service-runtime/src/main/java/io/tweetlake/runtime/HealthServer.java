package io.tweetlake.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tweetlake.runtime.config.HealthConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Serves {@code /health/live}, {@code /health/ready} (200 or 503) and {@code /metrics} (Prometheus text). */
final class HealthServer implements AutoCloseable {
    /** Without threads of its own the server reads requests on the one that accepts them: one half request stops it. */
    private static final int THREADS = 8;

    private static final String REQUEST_SECONDS = "5";

    static {
        // Read once, when the server's classes are loaded.
        System.setProperty("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", REQUEST_SECONDS);
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "health");
        thread.setDaemon(true);
        return thread;
    });

    HealthServer(HealthConfig config, PrometheusMeterRegistry metrics, BooleanSupplier live, BooleanSupplier ready)
            throws IOException {
        try {
            server = HttpServer.create(new InetSocketAddress(config.host(), config.port()), 0);
        } catch (BindException e) {
            throw new IOException(
                    "port %d of %s is in use; set health.port to a free one".formatted(config.port(), config.host()),
                    e);
        }
        server.createContext("/health/live", exchange -> state(exchange, live.getAsBoolean()));
        server.createContext("/health/ready", exchange -> state(exchange, ready.getAsBoolean()));
        server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.scrape()));
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void state(HttpExchange exchange, boolean good) throws IOException {
        answer(exchange, good ? 200 : 503, good ? "UP\n" : "DOWN\n");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
