package io.tweetlake.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HandoverTest {
    private static final int KILOBYTES_100 = 100 * 1024;

    private final Handover handover = new Handover();

    @Test
    void readsOnWhileNobodyTakesAndKeepsTheOrder() throws Exception {
        for (int i = 0; i < 50; i++) {
            handover.put(delivery(i));
        }
        List<String> taken = new ArrayList<>();
        for (SourceEvent next = handover.poll(Duration.ZERO); next != null; next = handover.poll(Duration.ZERO)) {
            taken.add(((Delivery) next).connection());
        }
        assertThat(taken).hasSize(50).startsWith("0", "1", "2").endsWith("48", "49");
    }

    @Test
    void aFullOneWaitsUntilItIsTaken() throws Exception {
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 300; i++) {
                    handover.put(delivery(i));
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; i < 300; i++) {
            SourceEvent next = handover.poll(Duration.ofMinutes(1));
            assertThat(next).isInstanceOfSatisfying(Delivery.class, delivery -> assertThat(delivery.bytes())
                    .hasSize(KILOBYTES_100));
        }
        reading.join();
        assertThat(handover.poll(Duration.ZERO)).isNull();
    }

    @Test
    void aClosedOneTakesNothingMoreAndGivesWhatItHas() throws Exception {
        handover.put(delivery(0));
        handover.close();
        assertThatThrownBy(() -> handover.put(delivery(1))).isInstanceOf(IOException.class);
        assertThat(handover.poll(Duration.ZERO)).isNotNull();
        assertThat(handover.poll(Duration.ZERO)).isNull();
    }

    private static Delivery delivery(int number) {
        return new Delivery(new byte[KILOBYTES_100], Instant.EPOCH, String.valueOf(number), null, null);
    }
}
