package io.tweetlake.sandbox.x;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Speaks {@code GET /2/tweets/search/stream} as X does: app-only bearer token or 401, one connection or 429, a chunked
 * response of JSON lines ended by CRLF, and CRLF alone as keep-alive. It streams {@link SyntheticTweets} at a fixed
 * rate.
 */
public final class StandInX implements Closeable {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final byte[] CRLF = {'\r', '\n'};

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Semaphore connection = new Semaphore(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final SyntheticTweets tweets;
    private final String token;
    private final int perSecond;
    private final InstantSource clock;

    private StandInX(HttpServer server, String token, long seed, int perSecond, InstantSource clock) {
        this.server = server;
        this.token = token;
        this.tweets = new SyntheticTweets(seed);
        this.perSecond = perSecond;
        this.clock = clock;
    }

    /**
     * Starts it.
     *
     * @param perSecond messages a second; 0 sends keep-alives only
     */
    public static StandInX start(InetSocketAddress address, String token, long seed, int perSecond, InstantSource clock)
            throws IOException {
        StandInX x = new StandInX(HttpServer.create(address, 0), token, seed, perSecond, clock);
        x.server.setExecutor(x.threads);
        x.server.createContext("/2/tweets/search/stream", x::stream);
        x.server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        x.server.start();
        return x;
    }

    public URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    private void stream(HttpExchange exchange) throws IOException {
        if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            refuse(exchange, 401, """
                    {"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}""");
        } else if (!connection.tryAcquire()) {
            refuse(exchange, 429, """
                    {"title":"ConnectionException","detail":"This stream is currently at the maximum allowed connection \
                    limit.","connection_issue":"TooManyConnections",\
                    "type":"https://api.x.com/2/problems/streaming-connection"}""");
        } else {
            try {
                deliver(exchange);
            } finally {
                connection.release();
                exchange.close();
            }
        }
    }

    private void deliver(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            long nanosPerMessage = perSecond == 0 ? KEEP_ALIVE.toNanos() : 1_000_000_000L / perSecond;
            long next = System.nanoTime();
            while (!closing.await(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                if (perSecond > 0) {
                    Instant now = clock.instant();
                    out.write(tweets.next(now).getBytes(UTF_8));
                }
                out.write(CRLF);
                out.flush();
                next += nanosPerMessage;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void refuse(HttpExchange exchange, int status, String problem) throws IOException {
        byte[] body = problem.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
