package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tweetlake.model.SourcePosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bluesky's Jetstream over a WebSocket, in its first or second wire format, told by the address. It is asked to go on
 * behind the last event that was committed; what it repeats is left out. Source: github.com/bluesky-social/jetstream,
 * docs/README.md.
 */
public final class JetstreamTweetSource implements TweetSource {
    private static final Logger log = LoggerFactory.getLogger(JetstreamTweetSource.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final String SECOND_WIRE = "/xrpc/network.bsky.jetstream.subscribeEvents";
    private static final String INPUT = "bluesky";

    /** Accounts' events come several times a second; the server pings every 30 s. */
    private static final Duration SILENCE = Duration.ofSeconds(45);

    /** A first event that is further behind the cursor means that the server has forgotten some. */
    private static final Duration TOLERATED_SKIP = Duration.ofMinutes(1);

    private final Handover handover = new Handover();
    private final HttpClient http;
    private final URI address;
    private final boolean secondWire;
    private final List<String> collections;
    private final ConnectionPolicy policy;
    private final ConnectionGovernor governor;
    private final Duration silence;
    private final InstantSource clock;
    private final int maxMessageBytes;
    private final AtomicLong cursor;
    private final Thread connector = new Thread(this::run, "bluesky");
    private volatile boolean connected;
    private volatile boolean closed;
    private volatile @Nullable WebSocket current;
    private volatile @Nullable String fatal;
    private int connections;

    /**
     * Connects.
     *
     * @param server {@code wss://host} for the second wire format, with the path {@code /subscribe} for the first
     * @param collections whose records are asked for
     * @param position up to where an earlier run read, or null
     * @param scale of all waits
     */
    public JetstreamTweetSource(
            URI server,
            List<String> collections,
            @Nullable SourcePosition position,
            double scale,
            Network network,
            int maxMessageBytes,
            InstantSource clock) {
        this.http = network.client();
        this.secondWire = !server.getPath().endsWith("/subscribe");
        this.address = secondWire ? server.resolve(SECOND_WIRE) : server;
        this.collections = List.copyOf(collections);
        this.policy = ConnectionPolicy.standard().scaled(scale);
        this.governor = new ConnectionGovernor(policy, clock);
        this.silence = ConnectionPolicy.scaled(SILENCE, scale);
        this.maxMessageBytes = maxMessageBytes;
        this.clock = clock;
        this.cursor = new AtomicLong(cursorOf(position));
        connector.setDaemon(true);
        connector.start();
    }

    /** A sequence number counts for the server that gave it alone; a time counts everywhere. */
    private long cursorOf(@Nullable SourcePosition position) {
        String stored = position == null ? null : position.cursor();
        if (stored == null) {
            return 0;
        }
        String[] parts = stored.split(" ", 2);
        boolean sameServer = parts[0].equals(origin());
        if (!sameServer) {
            log.warn("the position is of {}, not of {}: what came in between is a gap", parts[0], origin());
        }
        return sameServer ? Long.parseLong(parts[1]) : 0;
    }

    private String origin() {
        return address.getAuthority() + address.getPath();
    }

    @Override
    public @Nullable SourceEvent poll(Duration atMost) throws IOException, InterruptedException {
        SourceEvent event = handover.poll(atMost);
        String failure = fatal;
        if (event == null && failure != null && !closed) {
            throw new IOException("Bluesky's stream ended for good: " + failure + "; check the address " + address
                    + " (ingest.bluesky.url)");
        }
        return event;
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
    public void close() {
        closed = true;
        governor.stop();
        handover.close();
        abort();
        connector.interrupt();
    }

    private void abort() {
        WebSocket socket = current;
        if (socket != null) {
            socket.abort();
        }
    }

    private void run() {
        try {
            while (!closed && governor.awaitTurn()) {
                attempt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            fatal = closed ? null : e.getMessage();
        }
    }

    private void attempt() throws IOException, InterruptedException {
        Listener listener = new Listener(cursor.get());
        WebSocket socket;
        try {
            socket = http.newWebSocketBuilder()
                    .connectTimeout(Duration.ofSeconds(10))
                    .buildAsync(uri(), listener)
                    .join();
        } catch (CompletionException e) {
            refused(Objects.requireNonNullElse(e.getCause(), e));
            return;
        }
        current = socket;
        connected = true;
        log.info("bluesky: connected to {}", origin());
        try {
            listener.awaitEnd();
        } finally {
            connected = false;
            socket.abort();
        }
        if (!closed) {
            String cause = listener.cause();
            log.warn("bluesky: disconnected after {} messages, {}", listener.messages, cause);
            handover.put(new SourceEvent.Disconnected(clock.instant(), cause));
            if (listener.isUseful || listener.lasted().compareTo(policy.stable()) > 0) {
                governor.good();
            } else {
                governor.endedAtOnce();
            }
        }
    }

    private void refused(Throwable failure) throws IOException, InterruptedException {
        if (!(failure instanceof WebSocketHandshakeException handshake) || handshake.getResponse() == null) {
            log.warn("bluesky: not connected to {}, {}", origin(), failure.toString());
            handover.put(new SourceEvent.Refused(clock.instant(), failure.toString()));
            governor.unreachable();
            return;
        }
        Answer answer = new Answer(
                handshake.getResponse().statusCode(),
                handshake.getResponse().headers().map().entrySet().stream()
                        .collect(Collectors.toMap(
                                entry -> entry.getKey().toLowerCase(java.util.Locale.ROOT),
                                entry -> entry.getValue().get(0))),
                String.valueOf((Object) handshake.getResponse().body()));
        log.warn("bluesky: not connected to {}, {}", origin(), answer.says());
        handover.put(new SourceEvent.Refused(clock.instant(), answer.says()));
        if (answer.status() == 400 && cursor.get() > 0) {
            // The only thing about the request that ages is its cursor.
            log.error("bluesky: the server has forgotten what comes after {}; going on with the newest", cursor.get());
            cursor.set(0);
            governor.endedAtOnce();
        } else {
            governor.answered(answer);
        }
    }

    private URI uri() {
        String names = collections.stream()
                .map(name -> (secondWire ? "collections=" : "wantedCollections=") + URLEncoder.encode(name, UTF_8))
                .collect(Collectors.joining("&"));
        long from = cursor.get();
        return URI.create(address + "?" + names + (from > 0 ? "&cursor=" + from : ""));
    }

    /** One connection. The client's threads call it, one at a time. */
    private final class Listener implements WebSocket.Listener {
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final long resumedAt;
        private final String connection = INPUT + "-" + ++connections;
        private final long openedAt = System.nanoTime();
        private volatile long lastHeard = System.nanoTime();
        private final AtomicLong messages = new AtomicLong();
        private volatile @Nullable String cause;
        private volatile boolean isUseful;
        private long length;
        private boolean first = true;

        Listener(long resumedAt) {
            this.resumedAt = resumedAt;
        }

        @Override
        public void onOpen(WebSocket socket) {
            put(new SourceEvent.Connected(clock.instant(), connection));
            if (resumedAt > 0) {
                put(new SourceEvent.Resumed(clock.instant()));
            }
            socket.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            lastHeard = System.nanoTime();
            byte[] bytes = part.toString().getBytes(UTF_8);
            length += bytes.length;
            message.write(bytes, 0, Math.min(bytes.length, maxMessageBytes - message.size()));
            if (last) {
                deliver(new LineReader.Line(message.toByteArray(), length));
                message.reset();
                length = 0;
            }
            // The next part is asked for when this one is handed over: a full handover slows the server down.
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer data) {
            lastHeard = System.nanoTime();
            put(new SourceEvent.KeepAlive(clock.instant()));
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            end("the server closed the stream: " + status + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            end(error.toString());
        }

        private void deliver(LineReader.Line frame) {
            Place place = Place.of(frame.bytes(), secondWire);
            long number = place.cursor;
            boolean repeats = first && number > 0 && number == resumedAt;
            if (first && number > 0) {
                first = false;
                tellOfSkip(place);
            }
            messages.incrementAndGet();
            isUseful = isUseful || !Ending.isOne(frame.bytes());
            if (repeats) {
                // The cursor is inclusive: it was committed with this event.
                return;
            }
            if (number > 0 && isBelievable(number)) {
                cursor.set(number);
            }
            SourcePosition position = SourcePosition.cursor(INPUT, origin() + " " + cursor.get(), false);
            put(new Delivery(frame.bytes(), clock.instant(), connection, position, frame.problem(maxMessageBytes)));
        }

        /** A time far ahead would be a position at which nothing ever comes. */
        private boolean isBelievable(long number) {
            return secondWire
                    || Instant.EPOCH
                            .plus(number, ChronoUnit.MICROS)
                            .isBefore(clock.instant().plus(1, ChronoUnit.DAYS));
        }

        /** The first wire format moves a cursor that is too old up without a word. */
        private void tellOfSkip(Place place) {
            if (resumedAt > 0 && place.cursor < resumedAt) {
                log.warn("bluesky: the server counts anew: {} after {}", place.cursor, resumedAt);
            }
            if (secondWire || resumedAt == 0) {
                return;
            }
            Instant from = Instant.EPOCH.plus(resumedAt, ChronoUnit.MICROS);
            Instant to = Instant.EPOCH.plus(place.cursor, ChronoUnit.MICROS);
            if (Duration.between(from, to).compareTo(TOLERATED_SKIP) > 0) {
                put(new SourceEvent.Skipped(
                        clock.instant(), from, to, "the server no longer has what came after the position"));
            }
        }

        private void put(SourceEvent event) {
            try {
                handover.put(event);
            } catch (IOException stopping) {
                end("stopping");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                end("stopping");
            }
        }

        private void end(String why) {
            if (cause == null) {
                cause = why;
            }
            ended.countDown();
        }

        /** Waits for the connection's end, or for a silence that is as good as one. */
        void awaitEnd() throws InterruptedException {
            while (!ended.await(silence.toMillis() / 4, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - lastHeard > silence.toNanos()) {
                    end("nothing came for " + silence.toSeconds() + " s");
                }
            }
        }

        String cause() {
            return Objects.requireNonNullElse(cause, "");
        }

        Duration lasted() {
            return Duration.ofNanos(System.nanoTime() - openedAt);
        }
    }

    /** Where an event stands in its stream: its time in microseconds, or its number; 0 if it does not say. */
    private record Place(long cursor) {
        private static final Map<Boolean, String> FIELDS = Map.of(false, "time_us", true, "seq");

        /** The events' own objects hold fields of the same names, deeper down. */
        static Place of(byte[] frame, boolean secondWire) {
            String field = Objects.requireNonNull(FIELDS.get(secondWire));
            int depth = secondWire ? 2 : 1;
            int at = 0;
            try (JsonParser parser = JSON.createParser(frame)) {
                JsonToken token = parser.nextToken();
                while (token != null) {
                    if (token == JsonToken.START_OBJECT) {
                        at++;
                    } else if (token == JsonToken.END_OBJECT) {
                        at--;
                    } else if (token == JsonToken.FIELD_NAME && at == depth && field.equals(parser.currentName())) {
                        return parser.nextToken() == JsonToken.VALUE_NUMBER_INT
                                ? new Place(parser.getLongValue())
                                : new Place(0);
                    }
                    token = parser.nextToken();
                }
            } catch (IOException brokenFrame) {
                // It is delivered as it is, and becomes a dead letter with its cause.
                return new Place(0);
            }
            return new Place(0);
        }
    }
}
