package io.tweetlake.ingest.source;

import com.twitter.hbc.ClientBuilder;
import com.twitter.hbc.ReconnectionManager;
import com.twitter.hbc.core.Hosts;
import com.twitter.hbc.core.event.Event;
import com.twitter.hbc.core.event.EventType;
import com.twitter.hbc.core.processor.HosebirdMessageProcessor;
import com.twitter.hbc.httpclient.BasicClient;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream by hbc: its transport, under a policy of our own. hbc asks for a host before every attempt, also where it
 * forgets to wait; there the last attempt is judged and the next one paced by {@link ConnectionGovernor}.
 */
public final class HosebirdTweetSource implements TweetSource {
    private static final Logger log = LoggerFactory.getLogger(HosebirdTweetSource.class);
    private static final Duration CONNECT_BOUND = Duration.ofSeconds(10);
    private static final Duration STOP_BOUND = Duration.ofSeconds(1);
    private static final Duration RECONSIDER_INTERVAL = Duration.ofSeconds(1);

    private final Handover handover = new Handover();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(1000);
    private final HosebirdStream stream;
    private final ConnectionPolicy policy;
    private final ConnectionGovernor governor;
    private final HosebirdHttp http;
    private final BasicClient client;
    private final InstantSource clock;
    private final int maxMessageBytes;
    private volatile boolean connected;
    private volatile boolean closed;
    private volatile @Nullable Instant lostAt;
    private volatile @Nullable String fatal;
    private volatile @Nullable String held;
    private long reconsiderAt = System.nanoTime();

    HosebirdTweetSource(
            HosebirdStream stream,
            ConnectionPolicy policy,
            Network network,
            int maxMessageBytes,
            @Nullable Instant lastAlive,
            InstantSource clock) {
        this.stream = stream;
        this.policy = policy;
        this.clock = clock;
        this.maxMessageBytes = maxMessageBytes;
        this.lostAt = lastAlive;
        this.governor = new ConnectionGovernor(policy, clock);
        this.http = new HosebirdHttp(stream.credentials(), network);
        Attempts attempts = new Attempts();
        this.client = new ClientBuilder()
                .name(stream.name())
                .hosts(attempts)
                .reconnectionManager(new NoWaiting())
                .endpoint(stream.endpoint(this::backfillMinutes))
                .authentication(http)
                .schemeRegistry(http.schemes())
                .processor(attempts)
                .eventMessageQueue(events)
                .gzipEnabled(false)
                .socketTimeout((int) stream.silence().toMillis())
                .connectionTimeout((int) CONNECT_BOUND.toMillis())
                .build();
        client.connect();
    }

    @Override
    public @Nullable SourceEvent poll(Duration atMost) throws IOException, InterruptedException {
        SourceEvent event = handover.poll(atMost);
        if (event == null && !closed) {
            if (client.isDone()) {
                throw new IOException("the stream ended for good: " + ending() + "; check the address "
                        + stream.server() + stream.path());
            }
            reconsider();
        }
        return event;
    }

    /** As long as there was nobody to take posts, as far as the account may ask. */
    private int backfillMinutes() {
        Instant lost = lostAt;
        if (stream.maxBackfill() == 0 || lost == null) {
            return 0;
        }
        long seconds = Math.max(0, Duration.between(lost, clock.instant()).toSeconds());
        return (int) Math.min(stream.maxBackfill(), seconds / 60 + 1);
    }

    private String ending() {
        String known = fatal;
        Answer answer = http.answer();
        if (known != null) {
            return known;
        }
        return answer == null || answer.isOk() ? client.getExitEvent().getMessage() : answer.says();
    }

    /** A token that has been replaced in its file ends the wait after a refusal. */
    private void reconsider() {
        if (!connected && System.nanoTime() > reconsiderAt) {
            reconsiderAt = System.nanoTime() + RECONSIDER_INTERVAL.toNanos();
            if (http.credentialsChanged()) {
                governor.reconsider();
            }
        }
    }

    @Override
    public boolean ready() {
        return connected;
    }

    @Override
    public boolean finished() {
        return false;
    }

    @Override
    public void holdUntil(Instant moment, String cause) {
        held = cause;
        governor.holdUntil(moment);
        http.cut();
    }

    @Override
    public void close() {
        closed = true;
        governor.stop();
        handover.close();
        http.cut();
        client.stop((int) STOP_BOUND.toMillis());
    }

    /** All of it runs on hbc's thread. */
    private final class Attempts implements Hosts, HosebirdMessageProcessor {
        private boolean pending;
        private boolean accepted;
        private long acceptedAt;
        private long messages;

        /** Whether it has delivered anything but the reason of its end. */
        private boolean isUseful;

        private int connections;
        private @Nullable LineReader lines;

        /** Judges the last attempt, and waits for the turn of the next; null, which ends hbc, if there is none. */
        @Override
        public @Nullable String nextHost() {
            try {
                settle();
                if (!governor.awaitTurn()) {
                    return null;
                }
                http.begin();
                pending = true;
                accepted = false;
                messages = 0;
                isUseful = false;
                return stream.server().toString();
            } catch (IOException e) {
                fatal = e.getMessage();
                return null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }

        private void settle() throws IOException, InterruptedException {
            if (!pending) {
                return;
            }
            pending = false;
            Answer answer = http.answer();
            if (accepted) {
                boolean good = isUseful
                        || System.nanoTime() - acceptedAt > policy.stable().toNanos();
                if (good) {
                    governor.good();
                } else {
                    governor.endedAtOnce();
                }
                return;
            }
            String cause = answer == null ? networkFailure() : answer.says();
            log.warn("{}: not connected to {}, {}", stream.name(), stream.server(), cause);
            handover.put(new SourceEvent.Refused(clock.instant(), cause));
            if (answer == null) {
                governor.unreachable();
                return;
            }
            if (answer.isOk()) {
                governor.endedAtOnce();
                return;
            }
            governor.answered(answer);
            if (answer.isTooManyConnections() && stream.clearStale().getAsBoolean()) {
                governor.cleared();
            }
        }

        private String networkFailure() {
            List<Event> news = new ArrayList<>();
            events.drainTo(news);
            String last = "no answer";
            for (Event event : news) {
                // hbc says a second time, without the reason, that there is no connection.
                if (event.getEventType() == EventType.CONNECTION_ERROR && event.getUnderlyingException() != null) {
                    last = event.getUnderlyingException().toString();
                }
            }
            return last;
        }

        /** hbc calls it with every answer, and looks at the status afterwards. */
        @Override
        public void setup(InputStream in) {
            Answer answer = http.answer();
            if (answer == null || !answer.isOk()) {
                return;
            }
            lines = new LineReader(in, maxMessageBytes);
            connections++;
            accepted = true;
            acceptedAt = System.nanoTime();
            connected = true;
            held = null;
            events.clear();
            log.info("{}: connected to {}", stream.name(), stream.server());
            put(new SourceEvent.Connected(clock.instant(), connection()));
        }

        /** Returns on keep-alives too, so that hbc sees its stop flag. */
        @Override
        public boolean process() throws IOException, InterruptedException {
            LineReader.Line line;
            try {
                line = stream.framing().next(Objects.requireNonNull(lines));
                if (line == null) {
                    throw new EOFException("the server closed the stream");
                }
            } catch (IOException e) {
                connected = false;
                lostAt = clock.instant();
                String cause = cause(e);
                log.warn("{}: disconnected after {} messages, {}", stream.name(), messages, cause);
                put(new SourceEvent.Disconnected(clock.instant(), cause));
                throw e;
            }
            if (line.bytes().length == 0) {
                handover.put(new SourceEvent.KeepAlive(clock.instant()));
            } else {
                messages++;
                isUseful = isUseful || !Ending.isOne(line.bytes());
                handover.put(
                        new Delivery(line.bytes(), clock.instant(), connection(), null, line.problem(maxMessageBytes)));
            }
            return true;
        }

        private String cause(IOException e) {
            String reason = held;
            if (reason != null) {
                return reason;
            }
            return e instanceof SocketTimeoutException
                    ? "no keep-alive for " + stream.silence().toSeconds() + " s"
                    : Objects.requireNonNullElse(e.getMessage(), e.toString());
        }

        private String connection() {
            return stream.name() + "-" + connections;
        }

        /** Where hbc allows no exception: a closed handover shows at the next message. */
        private void put(SourceEvent event) {
            try {
                handover.put(event);
            } catch (IOException stopping) {
                log.debug("not handed over: {}", event);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** hbc's own waits, which cannot be interrupted, are left out: the governor has its own. */
    private static final class NoWaiting implements ReconnectionManager {
        @Override
        public void handleExponentialBackoff() {}

        @Override
        public void handleLinearBackoff() {}

        @Override
        public boolean shouldReconnectOn400s() {
            return true;
        }

        @Override
        public int estimateBackfill(double tps) {
            return 0;
        }

        @Override
        public void resetCounts() {}
    }
}
