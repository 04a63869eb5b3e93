package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.runtime.config.Secret;
import io.tweetlake.standin.HttpRequest;
import io.tweetlake.standin.StandInX;
import io.tweetlake.standin.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that streams as X does, and fails as X does; all waits are a hundred times shorter. */
class HosebirdTweetSourceTest extends TweetSourceContract {
    private static final double SCALE = 0.01;
    private static final Duration KEEP_ALIVE = Duration.ofMillis(50);
    private static final String GOOD = "{\"data\":{\"id\":\"1\",\"text\":\"a\"}}";

    @TempDir
    private Path folder;

    private StandInX x;

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        x = StandInX.start(anyPort, "the-token", 1, 0, KEEP_ALIVE, InstantSource.system());
    }

    @AfterEach
    void stop() throws IOException {
        x.close();
    }

    @Override
    TweetSource open(List<String> messages) {
        x.script(Step.deliver(messages, Step.End.STALL));
        return connect();
    }

    @Test
    void asksForTheFilteredStreamWithItsTokenAndWithoutV1Parameters() throws Exception {
        try (TweetSource source = open(List.of("{}"))) {
            deliveries(source, 1);
        }
        HttpRequest request = x.requests().get(0);
        assertThat(request.path()).isEqualTo("/2/tweets/search/stream");
        assertThat(request.query())
                .containsKeys("tweet.fields", "expansions", "user.fields", "place.fields", "media.fields")
                .doesNotContainKeys("delimited", "stall_warnings", "backfill_minutes");
        assertThat(request.headers()).containsEntry("authorization", "Bearer the-token");
        assertThat(request.headers().get("accept-encoding")).contains("gzip");
        assertThat(request.headers().get("user-agent")).isNotEmpty();
    }

    @Test
    void readsAStreamOfAnotherShapeByItsPath() throws Exception {
        x.script(Step.deliver(List.of("{\"id_str\":\"1\"}"), Step.End.STALL));
        try (TweetSource source =
                connect("/2/powerstream/stream", 0, null, Credentials.bearer(Secret.of("the-token")))) {
            assertThat(messages(source, 1)).containsExactly("{\"id_str\":\"1\"}");
        }
        assertThat(x.requests().get(0).query()).isEmpty();
    }

    @Test
    void sendsThePasswordOfAUserWhereThatIsAskedFor() throws Exception {
        x.script(Step.deliver(List.of(GOOD), Step.End.STALL));
        Credentials credentials = Credentials.bearer(Secret.of("the-token")).asPasswordOf(Optional.of("ann"));
        try (TweetSource source = connect("/stream/powertrack", 0, null, credentials)) {
            deliveries(source, 1);
        }
        // ann:the-token
        assertThat(x.requests().get(0).headers()).containsEntry("authorization", "Basic YW5uOnRoZS10b2tlbg==");
    }

    @Test
    void tellsOfItsConnectionsAndKeepAlives() throws Exception {
        x.script(Step.deliver(List.of(GOOD), Step.End.CLOSE));
        try (TweetSource source = connect()) {
            List<SourceEvent> events = events(source, 5);
            assertThat(events.get(0)).isInstanceOf(SourceEvent.Connected.class);
            assertThat(events.get(1)).isInstanceOf(Delivery.class);
            assertThat(events.get(2)).isInstanceOf(SourceEvent.Disconnected.class);
            assertThat(events.get(3)).isInstanceOf(SourceEvent.Connected.class);
            assertThat(events.get(4)).isInstanceOf(SourceEvent.KeepAlive.class);
            assertThat(source.ready()).isTrue();
            assertThat(source.finished()).isFalse();
        }
    }

    @Test
    void losesNothingToASlowReader() throws Exception {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            messages.add("{\"n\": " + i + ", \"filler\": \"" + "x".repeat(900) + "\"}");
        }
        try (TweetSource source = open(messages)) {
            assertThat(messages(source, 1)).containsExactly(messages.get(0));
            // By now the server has sent more than is taken at once; it must wait, not the messages be dropped.
            assertThat(messages(source, 49_999)).isEqualTo(messages.subList(1, 50_000));
        }
    }

    @Test
    void asksForTheMinutesThatItMissed() throws Exception {
        try (TweetSource source =
                connect(XStream.FILTERED, 5, NOW.minusSeconds(130), Credentials.bearer(Secret.of("the-token")))) {
            events(source, 1);
        }
        assertThat(x.requests().get(0).query()).containsEntry("backfill_minutes", "3");
    }

    @Test
    void endsForGoodWhereThereIsNoStream() {
        x.script(Step.refuse(404, "{\"title\":\"Not Found\"}"));
        try (TweetSource source = connect()) {
            assertThatThrownBy(() -> events(source, 100))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("HTTP 404")
                    .hasMessageContaining("/2/tweets/search/stream");
        }
    }

    @Test
    void neverFollowsARedirectWithItsToken() {
        x.script(new Step.Refuse(302, Map.of("Location", "/elsewhere"), ""));
        try (TweetSource source = connect()) {
            assertThatThrownBy(() -> events(source, 100)).isInstanceOf(IOException.class);
        }
        assertThat(x.requests()).hasSize(1);
    }

    /** hbc alone makes 869 connections in 2 s of this. */
    @Test
    void backsOffFromAServerThatAcceptsAndCloses() throws Exception {
        x.script(repeat(Step.deliver(List.of(), Step.End.CLOSE), 5));
        untilGood();
        // At once, then 5, 10, 20, 40 s, of which there is a hundredth here.
        assertGaps(0, 50, 100, 200, 400);
    }

    /** A reason is not a post: the connection was of no use. */
    @Test
    void backsOffFromAServerThatAcceptsAndSaysWhyItCloses() throws Exception {
        String reason = "{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"SlowReader\"}]}";
        x.script(repeat(Step.deliver(List.of(reason), Step.End.CLOSE), 4));
        untilGood();
        assertGaps(0, 50, 100, 200);
    }

    @Test
    void givesUpOnAServerThatNeverAnswers() throws Exception {
        x.script(new Step.Hang());
        List<SourceEvent> events = untilGood();
        assertThat(events.get(0))
                .isInstanceOfSatisfying(SourceEvent.Refused.class, refused -> assertThat(refused.cause())
                        .contains("timed out"));
    }

    /** hbc alone makes 20,000 attempts a second. */
    @Test
    void triesANameThatNobodyKnowsFurtherAndFurtherApart() throws Exception {
        int refused = 0;
        long started = System.nanoTime();
        try (TweetSource source = connect(
                "http://nobody.invalid" + XStream.FILTERED, 0, null, Credentials.bearer(Secret.of("the-token")))) {
            while (System.nanoTime() - started < Duration.ofSeconds(2).toNanos()) {
                SourceEvent event = source.poll(Duration.ofMillis(100));
                refused += event instanceof SourceEvent.Refused ? 1 : 0;
            }
        }
        assertThat(refused).isBetween(1, 50);
    }

    @Test
    void backsOffFromServerErrors() throws Exception {
        x.script(repeat(Step.refuse(503, "{}"), 4));
        List<SourceEvent> events = untilGood();
        assertGaps(50, 100, 200, 400);
        assertThat(events).filteredOn(SourceEvent.Refused.class::isInstance).hasSize(4);
    }

    @Test
    void waitsAMinuteAfterTooManyRequestsThatDoNotSayUntilWhen() throws Exception {
        x.script(repeat(Step.refuse(429, "{\"title\":\"Too Many Requests\"}"), 2));
        untilGood();
        assertGaps(600, 1_200);
    }

    /** The time of the reset is the server's; that this machine's clock is wrong must not matter. */
    @Test
    void waitsUntilTheResetByTheServersClock() throws Exception {
        x.script(new Step.Refuse(
                429,
                Map.of("x-rate-limit-reset", "1767225601", "Date", "Thu, 01 Jan 2026 00:00:00 GMT"),
                "{\"title\":\"Too Many Requests\"}"));
        untilGood();
        assertGaps(1_000);
    }

    @Test
    void endsAConnectionThatAKilledProcessLeftBehind() throws Exception {
        URLConnection stale = x.address().resolve(XStream.FILTERED).toURL().openConnection();
        stale.setRequestProperty("Authorization", "Bearer the-token");
        assertThat(stale.getInputStream().read()).isEqualTo('\r');
        try (TweetSource source = connect()) {
            List<SourceEvent> events = events(source, 2);
            assertThat(events.get(0))
                    .isInstanceOfSatisfying(SourceEvent.Refused.class, refused -> assertThat(refused.cause())
                            .contains("429", "maximum allowed connection limit"));
            assertThat(events.get(1)).isInstanceOf(SourceEvent.Connected.class);
        }
        assertThat(x.requests())
                .anyMatch(request ->
                        request.method().equals("DELETE") && request.path().equals("/2/connections/filtered_stream"));
    }

    @Test
    void asksARevokedTokenOnceAndANewOneAtOnce() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "revoked\n");
        try (TweetSource source = connect(XStream.FILTERED, 0, null, Credentials.bearer(token))) {
            assertThat(events(source, 1).get(0))
                    .isInstanceOfSatisfying(SourceEvent.Refused.class, refused -> assertThat(refused.cause())
                            .contains("401", "revoked"));
            assertThat(source.poll(Duration.ofSeconds(1))).isNull();
            assertThat(x.attempts()).hasSize(1);
            Files.writeString(token, "the-token\n");
            assertThat(events(source, 1).get(0)).isInstanceOf(SourceEvent.Connected.class);
        }
    }

    @Test
    void countsAnAttemptAgainstThePlatformsLimitOfThem() throws Exception {
        x.script(repeat(Step.deliver(List.of(GOOD), Step.End.CLOSE), 60));
        long started = System.nanoTime();
        try (TweetSource source = connect()) {
            while (System.nanoTime() - started < Duration.ofSeconds(4).toNanos()) {
                source.poll(Duration.ofMillis(100));
            }
        }
        // 45 in 15 minutes, which are 9 s here.
        assertThat(x.attempts()).hasSize(45);
    }

    @Test
    void triesAServerThatIsNotThereFurtherAndFurtherApart() throws Exception {
        x.close();
        long started = System.nanoTime();
        int refused = 0;
        try (TweetSource source = connect()) {
            while (System.nanoTime() - started < Duration.ofSeconds(2).toNanos()) {
                SourceEvent event = source.poll(Duration.ofMillis(100));
                refused += event instanceof SourceEvent.Refused ? 1 : 0;
            }
        }
        // 2.5, 5, 7.5 … ms with at least 10 ms between them: hbc alone makes 20,000 attempts a second without DNS.
        assertThat(refused).isBetween(10, 50);
    }

    @Test
    void noticesASilentConnection() throws Exception {
        x.script(Step.deliver(List.of(GOOD), Step.End.STALL));
        try (TweetSource source = connect()) {
            List<SourceEvent> events = events(source, 4);
            assertThat(events.get(2)).isInstanceOfSatisfying(SourceEvent.Disconnected.class, disconnected -> assertThat(
                            disconnected.cause())
                    .contains("no keep-alive"));
            assertThat(events.get(3)).isInstanceOf(SourceEvent.Connected.class);
        }
    }

    @Test
    void deliversHalfOfAMessageAndWhatComesAfterTheReconnect() throws Exception {
        x.script(
                Step.deliver(List.of(GOOD), Step.End.CUT),
                Step.deliver(List.of(GOOD, GOOD), Step.End.RESET),
                Step.deliver(List.of(GOOD), Step.End.STALL));
        try (TweetSource source = connect()) {
            assertThat(messages(source, 2).get(1)).startsWith("{\"data\":{\"id\":\"1\",\"text\":\"half");
            assertThat(messages(source, 1)).containsExactly(GOOD);
        }
    }

    @Test
    void goesOnBehindALineOverTheLimit() throws Exception {
        x.script(Step.deliver(List.of("a".repeat(6_000_000), GOOD), Step.End.STALL));
        try (TweetSource source = connect()) {
            List<Delivery> deliveries = deliveries(source, 2);
            assertThat(deliveries.get(0).problem()).contains("6000000 bytes");
            assertThat(new String(deliveries.get(1).bytes(), UTF_8)).isEqualTo(GOOD);
        }
    }

    @Test
    void holdsStillWhenItIsToldTo() throws Exception {
        try (TweetSource source = connect()) {
            events(source, 1);
            source.holdUntil(NOW.plus(Duration.ofDays(1)), "the budget is used up");
            SourceEvent event = source.poll(Duration.ofSeconds(5));
            while (event instanceof SourceEvent.KeepAlive) {
                event = source.poll(Duration.ofSeconds(5));
            }
            assertThat(event).isInstanceOfSatisfying(SourceEvent.Disconnected.class, disconnected -> assertThat(
                            disconnected.cause())
                    .isEqualTo("the budget is used up"));
            assertThat(source.poll(Duration.ofSeconds(1))).isNull();
            assertThat(x.attempts()).hasSize(1);
        }
    }

    @Test
    void closesWithinASecondInTheMidstOfAWait() throws Exception {
        x.script(Step.refuse(401, "{}"));
        TweetSource source = connect();
        events(source, 1);
        long started = System.nanoTime();
        source.close();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(1));
    }

    /** Polls until a connection delivers nothing for long enough to count as good. */
    private List<SourceEvent> untilGood() throws Exception {
        List<SourceEvent> events = new ArrayList<>();
        try (TweetSource source = connect()) {
            while (x.stepsLeft() > 0 || !(events.get(events.size() - 1) instanceof SourceEvent.KeepAlive)) {
                SourceEvent event = source.poll(Duration.ofSeconds(10));
                if (event != null) {
                    events.add(event);
                }
            }
        }
        return events;
    }

    /** The times between the attempts were at least these, and not of another order. */
    private void assertGaps(long... millis) {
        List<Instant> attempts = x.attempts();
        assertThat(attempts).hasSize(millis.length + 1);
        for (int i = 0; i < millis.length; i++) {
            long gap = Duration.between(attempts.get(i), attempts.get(i + 1)).toMillis();
            assertThat(gap)
                    .as("between attempts " + i + " and " + (i + 1))
                    .isBetween(millis[i] - 5, millis[i] * 2 + 500);
        }
    }

    private static Step[] repeat(Step step, int times) {
        Step[] steps = new Step[times];
        java.util.Arrays.fill(steps, step);
        return steps;
    }

    private static List<SourceEvent> events(TweetSource source, int count) throws Exception {
        List<SourceEvent> events = new ArrayList<>();
        while (events.size() < count) {
            SourceEvent event = source.poll(Duration.ofMillis(200));
            if (event != null && !(event instanceof SourceEvent.KeepAlive && events.isEmpty())) {
                events.add(event);
            }
        }
        return events;
    }

    private TweetSource connect() {
        return connect(XStream.FILTERED, 0, null, Credentials.bearer(Secret.of("the-token")));
    }

    private TweetSource connect(String path, int backfill, Instant lastAlive, Credentials credentials) {
        return XStream.open(
                x.address(),
                path,
                credentials,
                true,
                backfill,
                lastAlive,
                SCALE,
                Network.of(Optional.empty(), Optional.empty()),
                1_000,
                InstantSource.fixed(NOW));
    }
}
