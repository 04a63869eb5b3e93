package io.tweetlake.enrich;

import io.tweetlake.enrich.QualityMonitor.Outcome;
import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.Post;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessage;
import io.tweetlake.model.StreamMessageParser;
import io.tweetlake.model.Tweet;
import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Silver;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** One bronze record to at most one silver tweet. */
final class CleansingProcessor implements Processor<String, byte[], String, Object> {
    private final Silver silver;
    private final TweetCleanser cleanser;
    private final Duration duplicateWindow;
    private final Duration lateAfter;
    private @Nullable ProcessorContext<String, Object> context;
    private @Nullable SeenPosts seenPosts;
    private @Nullable StreamsBooks books;
    private @Nullable QualityMonitor quality;

    CleansingProcessor(Silver silver, TweetCleanser cleanser, Duration duplicateWindow, Duration lateAfter) {
        this.silver = silver;
        this.cleanser = cleanser;
        this.duplicateWindow = duplicateWindow;
        this.lateAfter = lateAfter;
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        context = processorContext;
        seenPosts = new SeenPosts(processorContext.getStateStore(CleansingTopology.POST_TIMES), duplicateWindow);
        books = new StreamsBooks(processorContext, CleansingTopology.STEP);
        quality = new QualityMonitor(
                processorContext,
                lateAfter,
                (key, value) -> processorContext.forward(
                        new Record<>(key, value, processorContext.currentSystemTimeMs()),
                        CleansingTopology.QUALITY_SINK));
    }

    @Override
    public void process(Record<String, byte[]> bronze) {
        RecordMetadata metadata =
                Objects.requireNonNull(context).recordMetadata().orElseThrow();
        Outcome outcome = Outcome.DEAD;
        try {
            outcome = process(bronze, metadata);
        } catch (MalformedMessageException e) {
            throw new StreamsException(e.getMessage(), e);
        } finally {
            count(outcome);
            Objects.requireNonNull(quality).ended(metadata.topic(), outcome);
        }
    }

    private void count(Outcome outcome) {
        StreamsBooks tally = Objects.requireNonNull(books);
        switch (outcome) {
            case WRITTEN -> tally.written(silver.tweets());
            case DUPLICATE -> tally.duplicate();
            case FILTERED -> tally.filtered("not-a-post");
            case DEAD -> tally.dead();
        }
    }

    private Outcome process(Record<String, byte[]> bronze, RecordMetadata metadata) throws MalformedMessageException {
        PostBounds.check(bronze.value());
        StreamMessage message = StreamMessageParser.parse(bronze.value());
        if (!(message instanceof PostMessage delivered)) {
            return Outcome.FILTERED;
        }
        Arrival arrival = Arrival.of(bronze, metadata);
        Instant observed = arrival.observedAt();
        Post post = delivered.post();
        Objects.requireNonNull(quality).delivered(metadata.topic(), delivered, post, observed);
        PostBounds.check(post, observed);
        Tweet tweet = cleanser.cleanse(
                post,
                observed,
                metadata.topic().substring(metadata.topic().lastIndexOf('.') + 1),
                arrival.coordinates());
        SeenPosts.Meeting meeting = Objects.requireNonNull(seenPosts).meet(post, bronze.timestamp());
        if (meeting == SeenPosts.Meeting.DUPLICATE) {
            return Outcome.DUPLICATE;
        }
        Objects.requireNonNull(context)
                .forward(
                        new Record<>(
                                post.id(),
                                tweet.met(meeting == SeenPosts.Meeting.FIRST),
                                bronze.timestamp(),
                                new RecordHeaders()),
                        CleansingTopology.TWEETS_SINK);
        return Outcome.WRITTEN;
    }

    @Override
    public void close() {
        Objects.requireNonNull(seenPosts).close();
        Objects.requireNonNull(books).close();
        Objects.requireNonNull(quality).close();
    }
}
