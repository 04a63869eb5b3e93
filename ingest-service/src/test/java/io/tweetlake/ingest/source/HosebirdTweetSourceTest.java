package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tweetlake.runtime.config.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a local server that streams as X does: chunked, CRLF-terminated lines, blank lines as keep-alives. */
class HosebirdTweetSourceTest extends TweetSourceContract {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    @FunctionalInterface
    private interface Answer {
        void to(HttpExchange exchange, int connection) throws Exception;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Override
    TweetSource open(List<String> messages) {
        return connect((exchange, connection) -> {
            try (OutputStream out = stream(exchange)) {
                for (String message : messages) {
                    out.write((message + "\r\n").getBytes(UTF_8));
                    out.flush();
                }
                keepAlive(out);
            }
        });
    }

    @Test
    void asksForTheFilteredStreamWithItsTokenAndWithoutV1Parameters() throws Exception {
        try (TweetSource source = open(List.of("{}"))) {
            deliveries(source, 1);
        }
        assertThat(requests.get(0))
                .startsWith("GET /2/tweets/search/stream?")
                .contains("tweet.fields=", "expansions=", " Bearer the-token")
                .doesNotContain("delimited", "stall_warnings");
    }

    @Test
    void isReadyOnceItIsConnected() throws Exception {
        try (TweetSource source = open(List.of("{}"))) {
            deliveries(source, 1);
            assertThat(source.ready()).isTrue();
            assertThat(source.finished()).isFalse();
        }
    }

    @Test
    void connectsAgainWhenTheServerCloses() throws Exception {
        try (TweetSource source = connect((exchange, connection) -> {
            try (OutputStream out = stream(exchange)) {
                out.write(("{\"connection\": " + connection + "}\r\n").getBytes(UTF_8));
            }
        })) {
            assertThat(messages(source, 2)).containsExactly("{\"connection\": 1}", "{\"connection\": 2}");
        }
    }

    @Test
    void losesNothingToASlowReader() throws Exception {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            messages.add("{\"n\": " + i + "}");
        }
        try (TweetSource source = open(messages)) {
            assertThat(messages(source, 1)).containsExactly("{\"n\": 0}");
            // By now the server has sent far more than one; it must wait, not the messages be dropped.
            assertThat(messages(source, 4_999)).isEqualTo(messages.subList(1, 5_000));
        }
    }

    @Test
    void endsForGoodWhereThereIsNoStream() {
        try (TweetSource source = connect((exchange, connection) -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        })) {
            assertThatThrownBy(() -> {
                        while (true) {
                            source.poll(Duration.ofMillis(100));
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ingest.x.url");
        }
    }

    @Test
    void neverFollowsARedirectWithItsToken() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        try (TweetSource source = connect((exchange, connection) -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
            answered.countDown();
        })) {
            answered.await();
            assertThatThrownBy(() -> {
                        while (true) {
                            source.poll(Duration.ofMillis(100));
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(requests).noneMatch(request -> request.contains("elsewhere"));
    }

    private TweetSource connect(Answer answer) {
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            try {
                answer.to(exchange, requests.size());
            } catch (IOException clientHasGone) {
                exchange.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        URI address = URI.create("http://localhost:" + server.getAddress().getPort());
        return new HosebirdTweetSource(address, Secret.of("the-token"), 1_000, InstantSource.fixed(NOW));
    }

    private static OutputStream stream(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    private void keepAlive(OutputStream out) throws Exception {
        while (!closing.await(100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            out.write("\r\n".getBytes(UTF_8));
            out.flush();
        }
    }
}
