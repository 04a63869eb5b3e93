package io.tweetlake.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events to every page that follows. Each has a thread of the server and a bounded queue; a page that does
 * not take its events in time is let go, and comes back by itself. Thread-safe.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class Live implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Live.class);
    private static final int QUEUE = 64;
    private static final Duration GOLD_INTERVAL = Duration.ofMillis(100);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final Duration LISTEN = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final String ALIVE = ": alive\n\n";
    private static final String END = "";

    private final Database database;
    private final Semaphore room;
    private final Set<BlockingQueue<String>> followers = ConcurrentHashMap.newKeySet();
    private final Thread listener;
    private final CountDownLatch closing = new CountDownLatch(1);

    Live(Database database, int maxClients) {
        this.database = database;
        this.room = new Semaphore(maxClients);
        this.listener = new Thread(this::listen, "gold-listener");
        listener.start();
    }

    /** Sends events until the page goes, on the thread that called. */
    void follow(Context request) throws IOException, InterruptedException {
        if (!room.tryAcquire()) {
            throw Problem.tooMany("as many pages follow live as may (serving.live-clients); ask the other routes");
        }
        BlockingQueue<String> events = new ArrayBlockingQueue<>(QUEUE);
        followers.add(events);
        try {
            request.res().setContentType("text/event-stream; charset=utf-8");
            request.res().setHeader("Cache-Control", "no-store");
            // A proxy of nginx's kind keeps events back until its buffer is full, unless it is told.
            request.res().setHeader("X-Accel-Buffering", "no");
            ServletOutputStream out = request.res().getOutputStream();
            String next = event("hello", "{}");
            while (!isClosing() && !next.equals(END)) {
                out.write(next.getBytes(UTF_8));
                out.flush();
                String waited = events.poll(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS);
                next = waited == null ? ALIVE : waited;
            }
        } catch (IOException e) {
            log.debug("a page has gone", e);
        } finally {
            followers.remove(events);
            room.release();
        }
    }

    private static String event(String name, String json) {
        return "event: " + name + "\ndata: " + json + "\n\n";
    }

    /** Tells every page. */
    void send(String name, String json) {
        String event = event(name, json);
        followers.forEach(events -> {
            if (!events.offer(event)) {
                followers.remove(events);
                events.clear();
                events.add(END);
            }
        });
    }

    /** Passes on what gold-aggregator says after each commit, once an interval. */
    private void listen() {
        while (!isClosing()) {
            try (Connection connection = database.connection();
                    Statement statement = connection.createStatement()) {
                statement.execute("LISTEN gold");
                PGConnection postgres = connection.unwrap(PGConnection.class);
                // Whatever was missed before.
                send("gold", "{}");
                while (!isClosing()) {
                    PGNotification[] heard = postgres.getNotifications((int) LISTEN.toMillis());
                    if (heard != null && heard.length > 0) {
                        send("gold", "{\"as_of\":\"" + heard[heard.length - 1].getParameter() + "\"}");
                        closes(GOLD_INTERVAL);
                    } else {
                        statement.execute("SELECT 1");
                    }
                }
            } catch (SQLException e) {
                log.debug("no word from Postgres", e);
                closes(RETRY);
            }
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** Waits for the end, but not longer than this; whether it came. */
    private boolean closes(Duration atMost) {
        try {
            return closing.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
            return true;
        }
    }

    /** Ends every page's stream. */
    @Override
    public void close() {
        closing.countDown();
        listener.interrupt();
        followers.forEach(events -> {
            events.clear();
            events.add(END);
        });
    }
}
