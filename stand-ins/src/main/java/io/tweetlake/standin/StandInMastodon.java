package io.tweetlake.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Speaks Mastodon's streaming API as server-sent events: {@code :)}, {@code :thump}, events. Thread-safe. */
public final class StandInMastodon implements Closeable {
    private final SocketServer server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final MessageLog log = new MessageLog();
    private final List<HttpRequest> requests = new CopyOnWriteArrayList<>();
    private final String token;
    private final Duration thump;

    private StandInMastodon(InetSocketAddress address, String token, Duration thump) throws IOException {
        this.token = token;
        this.thump = thump;
        this.server = new SocketServer(address, this::answer);
    }

    public static StandInMastodon start(InetSocketAddress address, String token, Duration thump) throws IOException {
        return new StandInMastodon(address, token, thump);
    }

    public URI address() {
        return URI.create("http://localhost:" + server.port());
    }

    public List<HttpRequest> requests() {
        return List.copyOf(requests);
    }

    /** Sends an event to whoever connects; unlike the real one it keeps all of them. */
    public void publish(String event, String data) {
        log.add("event: " + event + "\ndata: " + data + "\n\n");
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        requests.add(exchange.request());
        if (!("Bearer " + token).equals(exchange.request().headers().get("authorization"))) {
            exchange.respond(401, "{\"error\":\"Missing access token\"}");
            return;
        }
        OutputStream out = exchange.stream();
        out.write(":)\n".getBytes(UTF_8));
        out.flush();
        int position = 0;
        while (closing.getCount() > 0) {
            List<String> news = log.await(position, thump);
            for (String event : news) {
                out.write(event.getBytes(UTF_8));
            }
            if (news.isEmpty()) {
                out.write(":thump\n".getBytes(UTF_8));
            }
            out.flush();
            position += news.size();
        }
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        server.close();
    }
}
