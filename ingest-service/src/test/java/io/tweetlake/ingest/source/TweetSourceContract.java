package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for every source. */
@Timeout(30)
abstract class TweetSourceContract {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** Opens a source that will deliver these messages, with a limit of 1,000 bytes each. */
    abstract TweetSource open(List<String> messages) throws Exception;

    /** A message as this kind of source delivers it. */
    String message(int number) {
        return "{\"n\": " + number + ", \"text\": \"é 日本 😀\"}";
    }

    /** Whether one message after another comes over a wire that may be cut. */
    boolean hasLimit() {
        return true;
    }

    @Test
    void deliversEveryMessageInOrderWithItsBytes() throws Exception {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            messages.add(message(i));
        }
        try (TweetSource source = open(messages)) {
            assertThat(messages(source, 500)).isEqualTo(messages);
        }
    }

    @Test
    void saysOfAMessageOverTheLimitThatItIsCut() throws Exception {
        assumeTrue(hasLimit());
        try (TweetSource source = open(List.of("a".repeat(5_000), message(1)))) {
            List<Delivery> deliveries = deliveries(source, 2);
            assertThat(deliveries.get(0).problem()).contains("bytes long", "1000");
            assertThat(deliveries.get(0).bytes()).hasSize(1_000);
            assertThat(deliveries.get(1).problem()).isNull();
        }
    }

    @Test
    void saysWhenAndWhereAMessageWasReceived() throws Exception {
        try (TweetSource source = open(List.of(message(1)))) {
            Delivery delivery = deliveries(source, 1).get(0);
            assertThat(delivery.receivedAt()).isEqualTo(NOW);
            assertThat(delivery.connection()).isNotEmpty();
        }
    }

    @Test
    void givesWhatItHadReceivedAlsoAfterItsClose() throws Exception {
        TweetSource source = open(List.of(message(1), message(2), message(3)));
        int received = deliveries(source, 1).size();
        source.close();
        SourceEvent event = source.poll(Duration.ZERO);
        while (event != null) {
            received += event instanceof Delivery delivery && delivery.bytes().length > 0 ? 1 : 0;
            event = source.poll(Duration.ZERO);
        }
        assertThat(received).isBetween(1, 3);
        assertThat(source.poll(Duration.ofMillis(10))).isNull();
    }

    @Test
    void closesWithinASecond() throws Exception {
        TweetSource source = open(List.of(message(1)));
        deliveries(source, 1);
        long started = System.nanoTime();
        source.close();
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.MILLISECONDS.toNanos(1_500));
    }

    static List<String> messages(TweetSource source, int count) throws Exception {
        return deliveries(source, count).stream()
                .map(delivery -> new String(delivery.bytes(), UTF_8))
                .toList();
    }

    /** The next deliveries that are messages. */
    static List<Delivery> deliveries(TweetSource source, int count) throws Exception {
        List<Delivery> deliveries = new ArrayList<>();
        while (deliveries.size() < count) {
            if (source.poll(Duration.ofSeconds(10)) instanceof Delivery delivery && delivery.bytes().length > 0) {
                deliveries.add(delivery);
            }
        }
        return deliveries;
    }
}
