package io.tweetlake.gold;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.runtime.streams.StreamsBooks;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.Test;

class TweetSplitterTest {
    /** Kafka Streams inits the same processor again when it revives a task, and keeps what it had scheduled. */
    @Test
    void leavesNothingScheduledWhenItsTaskIsClosed() {
        MockProcessorContext<String, Object> context = new MockProcessorContext<>();
        List.of(
                        Combiner.store(TweetSplitter.VOLUME),
                        StreamsBooks.store(TweetSplitter.STEP),
                        EventClock.store(TweetSplitter.STEP))
                .forEach(store -> addTo(context, store));
        TweetSplitter splitter =
                new TweetSplitter(List.of(WindowConfig.of("5m")), Duration.ofHours(1), new OwnRows.Limit(10, true));
        splitter.init(context);
        splitter.close();
        assertThat(context.scheduledPunctuators()).hasSize(2).allMatch(CapturedPunctuator::cancelled);
    }

    private static void addTo(MockProcessorContext<String, Object> context, StoreBuilder<?> builder) {
        StateStore store = builder.withCachingDisabled().withLoggingDisabled().build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
    }
}
