package io.tweetlake.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Speaks as the X API v2 does: streams (app-only bearer token or 401, one connection or 429, lines ended by CRLF, CRLF
 * alone as keep-alive, gzip), the rules of the filtered stream, search, and the connections endpoint. It streams
 * {@link SyntheticTweets} at a fixed rate, which go on being written while nobody is connected, and does what its
 * {@link #script script} says first. Thread-safe.
 */
public final class StandInX implements Closeable {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final String TOO_MANY_CONNECTIONS = """
            {"title":"ConnectionException","detail":"This stream is currently at the maximum allowed connection limit.",\
            "connection_issue":"TooManyConnections","type":"https://api.x.com/2/problems/streaming-connection"}""";

    private final SocketServer server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final MessageLog log = new MessageLog();
    private final StandInRules rules = new StandInRules();
    private final Queue<Step> script = new ConcurrentLinkedQueue<>();
    private final List<Instant> attempts = new CopyOnWriteArrayList<>();
    private final List<HttpRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable HttpExchange> connected = new AtomicReference<>();
    private final Duration keepAlive;
    private volatile String token;
    private volatile boolean compresses = true;

    private StandInX(InetSocketAddress address, String token, Duration keepAlive) throws IOException {
        this.token = token;
        this.keepAlive = keepAlive;
        this.server = new SocketServer(address, this::answer);
    }

    /**
     * Starts it.
     *
     * @param perSecond synthetic messages a second; 0 for those that are {@link #publish published} only
     */
    public static StandInX start(
            InetSocketAddress address, String token, long seed, int perSecond, Duration keepAlive, InstantSource clock)
            throws IOException {
        StandInX x = new StandInX(address, token, keepAlive);
        if (perSecond > 0) {
            Thread author = new Thread(() -> x.write(new SyntheticTweets(seed), perSecond, clock), "authors");
            author.setDaemon(true);
            author.start();
        }
        return x;
    }

    public URI address() {
        return URI.create("http://localhost:" + server.port());
    }

    /** Does this with the next attempts to open a stream, one step each. */
    public void script(Step... steps) {
        script.addAll(List.of(steps));
    }

    /** How much of the script is left. */
    public int stepsLeft() {
        return script.size();
    }

    /** When somebody tried to open a stream. */
    public List<Instant> attempts() {
        return List.copyOf(attempts);
    }

    /** Every request so far. */
    public List<HttpRequest> requests() {
        return List.copyOf(requests);
    }

    /** Sends no stream compressed from now on. */
    public void sendPlain() {
        compresses = false;
    }

    /** Takes no other token from now on. */
    public void expect(String newToken) {
        token = newToken;
    }

    /** Writes a post, for whoever is connected and for search. */
    public void publish(String message) {
        log.add(message);
    }

    /** Every post that was written. */
    public List<String> written() {
        return log.from(0);
    }

    /** The rules as they stand, {@code tag: value}. */
    public List<String> rules() {
        return rules.described();
    }

    private void write(SyntheticTweets tweets, int perSecond, InstantSource clock) {
        long next = System.nanoTime();
        try {
            while (!closing.await(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                log.add(tweets.next(clock.instant()));
                next += 1_000_000_000L / perSecond;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        HttpRequest request = exchange.request();
        if (request.path().equals("/health")) {
            exchange.respond(200, "{}");
            return;
        }
        requests.add(request);
        boolean isStream = request.path().endsWith("/stream") || request.path().contains("/stream/powertrack");
        if (isStream) {
            attempts.add(Instant.now());
            Step step = script.poll();
            if (step != null) {
                perform(step, exchange);
                return;
            }
        }
        if (!("Bearer " + token).equals(request.headers().get("authorization"))) {
            exchange.respond(401, """
                    {"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}""");
        } else if (request.path().equals("/2/tweets/search/stream/rules")) {
            rules.answer(exchange);
        } else if (request.path().startsWith("/2/tweets/search/") && !isStream) {
            StandInSearch.answer(exchange, log, rules);
        } else if (request.path().startsWith("/2/connections/")) {
            disconnect();
            exchange.respond(200, "{\"data\":{\"successful_kills\":1,\"failed_kills\":0}}");
        } else if (!connected.compareAndSet(null, exchange)) {
            exchange.respond(429, TOO_MANY_CONNECTIONS);
        } else {
            stream(exchange, null);
        }
    }

    private void perform(Step step, HttpExchange exchange) throws IOException, InterruptedException {
        if (step instanceof Step.Refuse refuse) {
            exchange.respond(refuse.status(), refuse.headers(), refuse.body());
        } else if (step instanceof Step.Deliver deliver) {
            OutputStream out = exchange.stream(compresses);
            for (String message : deliver.messages()) {
                send(out, message);
            }
            out.flush();
            end(deliver.end(), exchange, out);
        } else if (step instanceof Step.Stream stream) {
            connected.set(exchange);
            stream(exchange, stream);
        } else if (step instanceof Step.Hang) {
            closing.await();
        }
    }

    private void stream(HttpExchange exchange, Step.@Nullable Stream bounds) throws IOException, InterruptedException {
        try {
            OutputStream out = exchange.stream(compresses);
            out.write(CRLF);
            out.flush();
            long end = bounds == null
                    ? Long.MAX_VALUE
                    : System.nanoTime() + bounds.howLong().toNanos();
            int position = log.size();
            while (closing.getCount() > 0 && !exchange.isCut() && System.nanoTime() < end) {
                long wait = Math.min(keepAlive.toNanos(), Math.max(0, end - System.nanoTime()));
                List<String> news = log.await(position, Duration.ofNanos(wait));
                for (String message : news) {
                    send(out, message);
                }
                if (news.isEmpty()) {
                    out.write(CRLF);
                }
                out.flush();
                position += news.size();
            }
            if (bounds != null) {
                end(bounds.end(), exchange, out);
            }
        } finally {
            connected.compareAndSet(exchange, null);
        }
    }

    private void end(Step.End end, HttpExchange exchange, OutputStream out) throws IOException, InterruptedException {
        switch (end) {
            case CLOSE -> out.close();
            case RESET -> exchange.reset();
            case CUT -> {
                out.write("{\"data\":{\"id\":\"1\",\"text\":\"half of a mess".getBytes(UTF_8));
                out.flush();
                exchange.cut();
            }
            case STALL -> closing.await();
        }
    }

    private void disconnect() throws IOException {
        HttpExchange stale = connected.getAndSet(null);
        if (stale != null) {
            stale.cut();
        }
    }

    private static void send(OutputStream out, String message) throws IOException {
        out.write(message.getBytes(UTF_8));
        out.write(CRLF);
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        server.close();
    }
}
