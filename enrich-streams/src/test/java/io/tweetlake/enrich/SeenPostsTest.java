package io.tweetlake.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.enrich.SeenPosts.Meeting;
import io.tweetlake.model.Post;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessageParser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenPostsTest {
    private static final Duration BOUND = Duration.ofHours(1);
    private static final long HOUR = BOUND.toMillis();
    private static final long BORDER = 1_000 * HOUR;

    @TempDir
    private Path folder;

    private WindowStore<String, Long> store;
    private SeenPosts seen;

    @BeforeEach
    void open() {
        store = SeenPosts.store("seen", BOUND).withLoggingDisabled().build();
        Properties settings = new Properties();
        settings.put("application.id", "test");
        settings.put("bootstrap.servers", "none:1");
        settings.put("default.key.serde", Serdes.StringSerde.class);
        settings.put("default.value.serde", Serdes.LongSerde.class);
        StateStoreContext context = new MockProcessorContext<Void, Void>(settings, new TaskId(0, 0), folder.toFile())
                .getStateStoreContext();
        store.init(context, store);
        seen = new SeenPosts(store, BOUND);
    }

    @AfterEach
    void close() {
        seen.close();
        store.close();
    }

    /** In any order: a search gives the last version alone, a stream each as it comes. */
    @Test
    void oneVersionOfAPostIsTheFirst() throws Exception {
        assertThat(seen.meet(version("2", "1", "2", "3"), BORDER)).isEqualTo(Meeting.FIRST);
        assertThat(seen.meet(version("2", "1", "2", "3"), BORDER)).isEqualTo(Meeting.DUPLICATE);
        assertThat(seen.meet(version("3", "1", "2", "3"), BORDER)).isEqualTo(Meeting.FURTHER);
        assertThat(seen.meet(version("1", "1"), BORDER)).isEqualTo(Meeting.FURTHER);
        assertThat(seen.meet(version("5", "5"), BORDER)).isEqualTo(Meeting.FIRST);
        assertThat(seen.meet(version("6", "5", "6"), BORDER)).isEqualTo(Meeting.FURTHER);
        assertThat(seen.meet(version("5", "5", "6"), BORDER)).isEqualTo(Meeting.DUPLICATE);
    }

    private static Post version(String id, String... all) throws Exception {
        String message = "{\"data\":{\"id\":\"" + id + "\",\"text\":\"a\",\"created_at\":\"2026-01-01T00:00:00Z\","
                + "\"edit_history_tweet_ids\":[\"" + String.join("\",\"", all) + "\"]}}";
        return ((PostMessage) StreamMessageParser.parse(message.getBytes(UTF_8))).post();
    }

    @Test
    void aPostIsFirstOnceWithinTheBoundBeforeAndAfter() {
        assertThat(seen.add("x/1/0", BORDER + HOUR / 2)).isTrue();
        assertThat(seen.add("x/1/0", BORDER + HOUR / 2)).isFalse();
        assertThat(seen.add("x/1/0", BORDER + HOUR + HOUR / 2))
                .as("the bound later")
                .isFalse();
        assertThat(seen.add("x/1/0", BORDER - HOUR / 2)).as("the bound before").isFalse();
        assertThat(seen.add("x/1/0", BORDER + HOUR + HOUR / 2 + 1)).isTrue();
        assertThat(seen.add("x/1/0", BORDER - HOUR / 2 - 1)).isTrue();
    }

    @Test
    void theBoundDoesNotEndWhereABucketDoes() {
        assertThat(seen.add("x/1/0", BORDER - 1)).isTrue();
        assertThat(seen.add("x/1/0", BORDER)).isFalse();
        assertThat(seen.add("x/2/0", BORDER)).isTrue();
        assertThat(seen.add("x/2/0", BORDER - 1)).as("out of order").isFalse();
    }

    @Test
    void anotherPostIsAnother() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(seen.add("x/" + i + "/0", BORDER + i)).isTrue();
        }
    }

    @Test
    void whatTheStoreHoldsIsKnownAfterARestartAndWhileItIsRead() {
        for (int i = 0; i < 1_000; i++) {
            seen.add("x/" + i + "/0", BORDER + i * HOUR / 500);
        }
        try (SeenPosts restarted = new SeenPosts(store, BOUND)) {
            for (int i = 999; i >= 0; i--) {
                long timestamp = BORDER + i * HOUR / 500;
                assertThat(restarted.add("x/" + i + "/0", timestamp)).isFalse();
                assertThat(restarted.add("x/" + i + "/1", timestamp)).isTrue();
                assertThat(restarted.add("x/" + i + "/1", timestamp)).isFalse();
            }
        }
    }

    @Test
    void whatLiesBeyondTheRetentionIsForgotten() {
        assertThat(seen.add("x/1/0", BORDER)).isTrue();
        assertThat(seen.add("x/2/0", BORDER + 10 * HOUR)).isTrue();
        assertThat(seen.add("x/1/0", BORDER)).isTrue();
        assertThat(seen.add("x/1/0", BORDER + 8 * HOUR)).isTrue();
        assertThat(seen.add("x/1/0", BORDER + 8 * HOUR))
                .as("late, but remembered")
                .isFalse();
    }
}
