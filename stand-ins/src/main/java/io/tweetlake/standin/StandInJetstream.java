package io.tweetlake.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Speaks Bluesky's Jetstream over a WebSocket: {@code /subscribe} (cursor in microseconds, one that is too old is moved
 * up without a word) and {@code /xrpc/network.bsky.jetstream.subscribeEvents} (cursor is a sequence number, one that is
 * too old is refused). Events are numbered from 1, a microsecond apart. Thread-safe.
 */
public final class StandInJetstream implements Closeable {
    private static final String ACCEPT_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    private final SocketServer server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final MessageLog log = new MessageLog();
    private final Queue<Step> script = new ConcurrentLinkedQueue<>();
    private final List<HttpRequest> requests = new CopyOnWriteArrayList<>();
    private volatile int floor;

    private StandInJetstream(InetSocketAddress address) throws IOException {
        this.server = new SocketServer(address, this::answer);
    }

    public static StandInJetstream start(InetSocketAddress address) throws IOException {
        return new StandInJetstream(address);
    }

    public URI address() {
        return URI.create("ws://localhost:" + server.port());
    }

    public List<HttpRequest> requests() {
        return List.copyOf(requests);
    }

    /** Does this with the next connections, one step each: {@link Step.Refuse} or {@link Step.Deliver}. */
    public void script(Step... steps) {
        script.addAll(List.of(steps));
    }

    /** Sends a frame to whoever is or will be connected. */
    public void publish(String frame) {
        log.add(frame);
    }

    /** Forgets all but what comes from now on. */
    public void forget() {
        floor = log.size();
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        HttpRequest request = exchange.request();
        requests.add(request);
        boolean second = request.path().startsWith("/xrpc/");
        int cursor = (int) Long.parseLong(request.parameter("cursor", "0"));
        Step step = script.poll();
        if (step instanceof Step.Refuse refuse) {
            exchange.respond(refuse.status(), refuse.headers(), refuse.body());
            return;
        }
        if (second && cursor > 0 && cursor <= floor) {
            exchange.respond(400, "{\"error\":\"CursorTooOld\",\"message\":\"floor is " + (floor + 1) + "\"}");
            return;
        }
        exchange.respondHead(
                101,
                Map.of(
                        "Upgrade", "websocket",
                        "Connection", "Upgrade",
                        "Sec-WebSocket-Accept", accept(request.headers().getOrDefault("sec-websocket-key", ""))));
        OutputStream out = exchange.out();
        Thread reader = new Thread(() -> drain(exchange.in()), "stand-in-websocket");
        reader.setDaemon(true);
        reader.start();
        if (step instanceof Step.Deliver deliver) {
            for (String frame : deliver.messages()) {
                send(out, frame);
            }
            end(deliver.end(), exchange, out);
            return;
        }
        int position = Math.max(floor, cursor == 0 ? 0 : cursor - 1);
        while (closing.getCount() > 0) {
            List<String> news = log.await(position, Duration.ofMillis(200));
            for (String frame : news) {
                send(out, frame);
            }
            position += news.size();
        }
    }

    private void end(Step.End end, HttpExchange exchange, OutputStream out) throws IOException, InterruptedException {
        switch (end) {
            case CLOSE -> {
                out.write(new byte[] {(byte) CLOSE, 2, 0x03, (byte) 0xE8});
                out.flush();
            }
            case RESET, CUT -> exchange.reset();
            case STALL -> closing.await();
        }
    }

    /** In two frames where it is long: real servers split messages. */
    private static void send(OutputStream out, String message) throws IOException {
        byte[] bytes = message.getBytes(UTF_8);
        int half = bytes.length > 4_000 ? bytes.length / 2 : 0;
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        if (half > 0) {
            frame(frames, 0x01, bytes, 0, half);
            frame(frames, 0x80, bytes, half, bytes.length - half);
        } else {
            frame(frames, TEXT, bytes, 0, bytes.length);
        }
        out.write(frames.toByteArray());
        out.flush();
    }

    private static void frame(ByteArrayOutputStream frames, int head, byte[] bytes, int offset, int length) {
        frames.write(head);
        if (length < 126) {
            frames.write(length);
        } else if (length < 65_536) {
            frames.write(126);
            frames.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
        } else {
            frames.write(127);
            frames.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
        }
        frames.write(bytes, offset, length);
    }

    private static void drain(InputStream in) {
        byte[] buffer = new byte[1_024];
        try {
            int read = in.read(buffer);
            while (read >= 0) {
                read = in.read(buffer);
            }
        } catch (IOException clientHasGone) {
            return;
        }
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_KEY).getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        server.close();
    }
}
