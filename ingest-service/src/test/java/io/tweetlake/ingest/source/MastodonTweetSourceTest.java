package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.runtime.config.Secret;
import io.tweetlake.standin.StandInMastodon;
import java.io.ByteArrayInputStream;
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

class MastodonTweetSourceTest extends TweetSourceContract {
    private StandInMastodon mastodon;

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        mastodon = StandInMastodon.start(anyPort, "the-token", Duration.ofMillis(50));
    }

    @AfterEach
    void stop() throws IOException {
        mastodon.close();
    }

    @Override
    TweetSource open(List<String> messages) {
        for (String message : messages) {
            String prefix = "{\"event\":\"update\",\"instance\":\"localhost\",\"payload\":";
            boolean enveloped = message.startsWith(prefix);
            mastodon.publish("update", enveloped ? message.substring(prefix.length(), message.length() - 1) : message);
        }
        return connect("/api/v1/streaming/public");
    }

    @Override
    String message(int number) {
        return "{\"event\":\"update\",\"instance\":\"localhost\",\"payload\":{\"n\": " + number
                + ", \"content\": \"<p>é 日本 😀</p>\"}}";
    }

    @Test
    void namesTheServerOfADeletedStatus() throws Exception {
        mastodon.publish("delete", "117024248092393661");
        try (TweetSource source = connect("/api/v1/streaming/public")) {
            assertThat(messages(source, 1))
                    .containsExactly(
                            "{\"event\":\"delete\",\"instance\":\"localhost\",\"payload\":\"117024248092393661\"}");
        }
    }

    @Test
    void asksForTheTimelineThatIsWanted() throws Exception {
        mastodon.publish("update", "{}");
        try (TweetSource source = connect("/api/v1/streaming/hashtag?tag=java")) {
            deliveries(source, 1);
        }
        assertThat(mastodon.requests().get(0).path()).isEqualTo("/api/v1/streaming/hashtag");
        assertThat(mastodon.requests().get(0).query()).containsEntry("tag", "java");
    }

    @Test
    void keepsAnEventThatACommentStandsIn() throws Exception {
        String lines = ":)\nevent: delete\n:thump\ndata: 7\n\nevent: update\ndata: " + "a".repeat(800) + "\ndata: "
                + "a".repeat(800) + "\n\n";
        LineReader reader = new LineReader(new ByteArrayInputStream(lines.getBytes(UTF_8)), 1_000);
        Framing framing = Framing.serverSentEvents("a.example", 1_000);
        List<LineReader.Line> frames = new ArrayList<>();
        for (LineReader.Line frame = framing.next(reader); frame != null; frame = framing.next(reader)) {
            frames.add(frame);
        }
        assertThat(frames)
                .extracting(frame -> new String(frame.bytes(), UTF_8))
                .startsWith("", "", "{\"event\":\"delete\",\"instance\":\"a.example\",\"payload\":\"7\"}");
        // What has no end is cut, not kept.
        assertThat(frames.get(3).isCut()).isTrue();
        assertThat(frames.get(3).bytes()).hasSize(1_000);
    }

    @Test
    void takesAThumpForAKeepAlive() throws Exception {
        try (TweetSource source = connect("/api/v1/streaming/public")) {
            SourceEvent event = source.poll(Duration.ofSeconds(5));
            assertThat(event).isInstanceOf(SourceEvent.Connected.class);
            assertThat(source.poll(Duration.ofSeconds(5))).isInstanceOf(SourceEvent.KeepAlive.class);
        }
    }

    private TweetSource connect(String path) {
        return MastodonStream.open(
                mastodon.address(),
                path,
                Credentials.bearer(Secret.of("the-token")),
                0.01,
                Network.of(Optional.empty(), Optional.empty()),
                1_000,
                InstantSource.fixed(NOW));
    }
}
