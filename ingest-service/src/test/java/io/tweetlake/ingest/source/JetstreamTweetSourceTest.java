package io.tweetlake.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.SourcePosition;
import io.tweetlake.standin.HttpRequest;
import io.tweetlake.standin.StandInJetstream;
import io.tweetlake.standin.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JetstreamTweetSourceTest extends TweetSourceContract {
    private StandInJetstream jetstream;

    @BeforeEach
    void start() throws IOException {
        jetstream = StandInJetstream.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() throws IOException {
        jetstream.close();
    }

    @Override
    TweetSource open(List<String> messages) {
        messages.forEach(jetstream::publish);
        return connect("/subscribe", null);
    }

    @Override
    String message(int number) {
        return "{\"did\":\"did:a\",\"time_us\":" + (number + 1) + ",\"text\": \"é 日本 😀\"}";
    }

    @Test
    void asksForPostsAndGoesOnBehindThePosition() throws Exception {
        for (int i = 0; i < 5; i++) {
            jetstream.publish(message(i));
        }
        SourcePosition position;
        try (TweetSource source = connect("/subscribe", null)) {
            position = deliveries(source, 3).get(2).position();
        }
        try (TweetSource source = connect("/subscribe", position)) {
            List<SourceEvent> events = events(source, 4);
            assertThat(events.get(0)).isInstanceOf(SourceEvent.Connected.class);
            assertThat(events.get(1)).isInstanceOf(SourceEvent.Resumed.class);
            // The server's cursor is inclusive: what was read is not delivered twice.
            assertThat(((Delivery) events.get(2)).bytes()).asString().isEqualTo(message(3));
        }
        List<HttpRequest> requests = jetstream.requests();
        assertThat(requests.get(0).query())
                .containsEntry("wantedCollections", "app.bsky.feed.post")
                .doesNotContainKey("cursor");
        assertThat(requests.get(1).query()).containsEntry("cursor", "3");
    }

    @Test
    void speaksTheSecondWireFormat() throws Exception {
        jetstream.publish(second(1));
        try (TweetSource source = connect("", null)) {
            assertThat(messages(source, 1)).containsExactly(second(1));
        }
        HttpRequest request = jetstream.requests().get(0);
        assertThat(request.path()).isEqualTo("/xrpc/network.bsky.jetstream.subscribeEvents");
        assertThat(request.query()).containsEntry("collections", "app.bsky.feed.post");
    }

    @Test
    void goesOnWithTheNewestWhereTheServerHasForgottenThePosition() throws Exception {
        for (int i = 1; i <= 5; i++) {
            jetstream.publish(second(i));
        }
        SourcePosition position;
        try (TweetSource source = connect("", null)) {
            position = deliveries(source, 2).get(1).position();
        }
        jetstream.forget();
        jetstream.publish(second(6));
        try (TweetSource source = connect("", position)) {
            List<SourceEvent> events = events(source, 3);
            assertThat(events.get(0))
                    .isInstanceOfSatisfying(SourceEvent.Refused.class, refused -> assertThat(refused.cause())
                            .contains("400"));
            // Not resumed: what came in between is lost, and the ledger must say so.
            assertThat(events.get(1)).isInstanceOf(SourceEvent.Connected.class);
            assertThat(events.get(2)).isInstanceOf(Delivery.class);
        }
    }

    @Test
    void saysSoWhereTheServerMovesThePositionUpWithoutAWord() throws Exception {
        jetstream.publish("{\"did\":\"did:a\",\"time_us\":600000000}");
        SourcePosition position =
                SourcePosition.cursor("bluesky", jetstream.address().getAuthority() + "/subscribe 1", false);
        try (TweetSource source = connect("/subscribe", position)) {
            List<SourceEvent> events = events(source, 4);
            assertThat(events.get(2)).isInstanceOfSatisfying(SourceEvent.Skipped.class, skipped -> assertThat(
                            Duration.between(skipped.from(), skipped.to()))
                    .isEqualTo(Duration.ofNanos(599_999_999_000L)));
        }
    }

    @Test
    void connectsAgainAfterAResetAndAClose() throws Exception {
        jetstream.publish(message(0));
        jetstream.publish(message(1));
        jetstream.publish(message(2));
        jetstream.script(
                Step.deliver(List.of(message(0)), Step.End.CLOSE), Step.deliver(List.of(message(1)), Step.End.RESET));
        try (TweetSource source = connect("/subscribe", null)) {
            assertThat(messages(source, 3)).containsExactly(message(0), message(1), message(2));
        }
        assertThat(jetstream.requests()).hasSize(3);
    }

    @Test
    void noticesASilentConnection() throws Exception {
        jetstream.script(Step.deliver(List.of(message(0)), Step.End.STALL));
        jetstream.publish(message(0));
        jetstream.publish(message(1));
        try (TweetSource source = connect("/subscribe", null)) {
            assertThat(messages(source, 2)).containsExactly(message(0), message(1));
        }
    }

    private static String second(int number) {
        return "{\"$type\":\"message\",\"payload\":{\"$type\":\"network.bsky.jetstream.subscribeEvents#commit\",\"seq\":"
                + number + ",\"record\":{\"seq\":99}}}";
    }

    private static List<SourceEvent> events(TweetSource source, int count) throws Exception {
        List<SourceEvent> events = new ArrayList<>();
        while (events.size() < count) {
            SourceEvent event = source.poll(Duration.ofSeconds(10));
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    private TweetSource connect(String path, SourcePosition position) {
        return new JetstreamTweetSource(
                jetstream.address().resolve(path),
                List.of("app.bsky.feed.post"),
                position,
                0.01,
                Network.of(Optional.empty(), Optional.empty()),
                1_000,
                InstantSource.fixed(NOW));
    }
}
