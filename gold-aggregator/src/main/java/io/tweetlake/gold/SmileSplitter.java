package io.tweetlake.gold;

import io.tweetlake.model.Keys;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** One happy tweet to the smiles of each of its distinct hashtags. */
final class SmileSplitter implements Processor<String, SilverPost, String, Object> {
    static final String STEP = "split-smiles";
    static final String SMILES = "smile-mentions";

    private final Happiness happiness;
    private final Duration grace;
    private final OwnRows.Limit limit;
    private @Nullable MentionSender hashtags;
    private @Nullable StreamsBooks books;
    private @Nullable EventClock clock;

    SmileSplitter(Happiness happiness, Duration grace, OwnRows.Limit limit) {
        this.happiness = happiness;
        this.grace = grace;
        this.limit = limit;
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        hashtags = new MentionSender(processorContext, SMILES, Keys.OTHERS, happiness.windows(), limit);
        books = new StreamsBooks(processorContext, STEP);
        clock = new EventClock(processorContext, STEP);
    }

    @Override
    public void process(Record<String, SilverPost> tweet) {
        @Nullable SilverPost post = tweet.value();
        StreamsBooks tally = Objects.requireNonNull(books);
        if (post == null) {
            tally.dead();
            throw new StreamsException("a record without a value");
        }
        EventClock time = Objects.requireNonNull(clock);
        Instant at = happiness.time(post);
        time.advance(at, post.observedAt());
        int smiles = happiness.smiles(post);
        if (!post.counts()) {
            tally.filtered("edit");
        } else if (EventClock.isFuture(at, post.observedAt())) {
            tally.filtered("future");
        } else if (!happiness.takes(post.lang())) {
            tally.filtered("language");
        } else if (smiles == 0) {
            tally.filtered("no-smile");
        } else if (post.hashtagKeys().isEmpty()) {
            tally.filtered("no-hashtag");
        } else if (time.isLate(at, grace)) {
            tally.filtered("late");
        } else {
            tally.written(Topics.GOLD_HAPPY_HASHTAGS);
            Cell cell = TweetSplitter.cell(post, at, smiles, Authors.NONE);
            Objects.requireNonNull(hashtags).send(post.hashtagKeys(), hashtag -> null, cell, time.now());
        }
    }

    @Override
    public void close() {
        Objects.requireNonNull(books).close();
    }
}
