package io.tweetlake.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.runtime.config.Secret;
import io.tweetlake.standin.HttpRequest;
import io.tweetlake.standin.StandInX;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A message of this source is a page. */
class SearchTweetSourceTest extends TweetSourceContract {
    /** Of a post of 2026, since when the searches here begin. */
    private static final long FIRST_ID = 2_100_000_000_000_000_000L;

    private StandInX x;

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        x = StandInX.start(anyPort, "the-token", 1, 0, Duration.ofSeconds(1), InstantSource.system());
    }

    @AfterEach
    void stop() throws IOException {
        x.close();
    }

    /** Its pages are made by the server: what the contract asks is asked below in the words of a search. */
    @Override
    TweetSource open(List<String> messages) {
        return search(1, null);
    }

    @Override
    boolean hasLimit() {
        return false;
    }

    @Override
    @Test
    void deliversEveryMessageInOrderWithItsBytes() throws Exception {
        publish(25);
        try (TweetSource source = search(10, null)) {
            List<Delivery> pages = all(source);
            assertThat(pages).hasSize(3);
            assertThat(ids(pages))
                    .isEqualTo(LongStream.iterate(FIRST_ID + 25, id -> id - 1)
                            .limit(25)
                            .mapToObj(String::valueOf)
                            .toList());
            assertThat(pages.get(2).position().complete()).isTrue();
        }
    }

    @Override
    @Test
    void saysWhenAndWhereAMessageWasReceived() throws Exception {
        publish(1);
        try (TweetSource source = search(10, null)) {
            Delivery page = all(source).get(0);
            assertThat(page.receivedAt()).isEqualTo(NOW);
            assertThat(page.connection()).isEqualTo("search-1");
        }
    }

    @Override
    @Test
    void givesWhatItHadReceivedAlsoAfterItsClose() throws Exception {
        publish(1);
        TweetSource source = search(10, null);
        assertThat(all(source)).hasSize(1);
        source.close();
        assertThat(source.poll(Duration.ZERO)).isNull();
    }

    @Override
    @Test
    void closesWithinASecond() {
        long started = System.nanoTime();
        search(10, null).close();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void goesOnBehindThePageThatWasCommitted() throws Exception {
        publish(25);
        Delivery first;
        try (TweetSource source = search(10, null)) {
            first = deliveries(source, 1).get(0);
        }
        try (TweetSource source = search(10, first)) {
            List<Delivery> rest = all(source);
            assertThat(ids(rest)).hasSize(15).startsWith(String.valueOf(FIRST_ID + 15));
            Delivery last = rest.get(rest.size() - 1);
            try (TweetSource done = search(10, last)) {
                assertThat(done.finished()).isTrue();
            }
        }
    }

    @Test
    void asksForAllFieldsAndBounds() throws Exception {
        try (TweetSource source = search(10, null)) {
            all(source);
        }
        HttpRequest request = x.requests().get(0);
        assertThat(request.path()).isEqualTo("/2/tweets/search/recent");
        assertThat(request.query())
                .containsEntry("query", "cats lang:en")
                .containsEntry("start_time", "2026-01-01T00:00:00Z")
                .containsEntry("max_results", "10")
                .containsKeys("tweet.fields", "expansions");
    }

    /** A process that ended would be started into the next refusal. */
    @Test
    void waitsWhereXRefusesTheAccount() throws Exception {
        x.expect("another-token");
        try (TweetSource source = search(10, null)) {
            assertThat(source.poll(Duration.ofMillis(100))).isNull();
            assertThat(source.poll(Duration.ofMillis(100))).isNull();
            assertThat(source.finished()).isFalse();
        }
        assertThat(x.requests()).hasSize(1);
    }

    @Test
    void makesNoRequestAfterItsClose() throws Exception {
        publish(25);
        TweetSource source = search(10, null);
        deliveries(source, 1);
        source.close();
        assertThat(source.poll(Duration.ofMillis(100))).isNull();
        assertThat(x.requests()).hasSize(1);
    }

    private void publish(int count) {
        for (int i = 1; i <= count; i++) {
            x.publish("{\"data\":{\"id\":\"%d\",\"text\":\"a\"}}".formatted(FIRST_ID + i));
        }
    }

    private static List<String> ids(List<Delivery> pages) {
        return pages.stream()
                .flatMap(page -> io.tweetlake.model.Envelope.open(page.bytes()).messages().stream())
                .map(post -> new String(post, java.nio.charset.StandardCharsets.UTF_8)
                        .replaceAll(".*\"id\":\"(\\d+)\".*", "$1"))
                .toList();
    }

    private static List<Delivery> all(TweetSource source) throws Exception {
        List<Delivery> pages = new ArrayList<>();
        while (!source.finished()) {
            if (source.poll(Duration.ofSeconds(5)) instanceof Delivery page) {
                pages.add(page);
            }
        }
        return pages;
    }

    private TweetSource search(int pageSize, Delivery from) {
        Network network = Network.of(Optional.empty(), Optional.empty());
        XApi api = new XApi(x.address(), Credentials.bearer(Secret.of("the-token")), network);
        SearchTweetSource.Search search = new SearchTweetSource.Search(
                false,
                Map.of("query", "cats lang:en", "start_time", "2026-01-01T00:00:00Z"),
                pageSize,
                List.of(),
                false);
        return new SearchTweetSource(
                api, search, true, from == null ? null : from.position(), 0.01, InstantSource.fixed(NOW));
    }
}
