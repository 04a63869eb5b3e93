package io.tweetlake.gold;

import io.tweetlake.model.Keys;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** One tweet to what is counted of it: its volume, its place, each of its distinct hashtags. */
final class TweetSplitter implements Processor<String, SilverPost, String, Object> {
    static final String STEP = "split-tweets";
    static final String HASHTAGS = "hashtag-mentions";
    static final String VOLUME = "volume-mentions";
    static final String PLACES = "place-mentions";
    static final String OTHER_PLACES = GridCell.UNKNOWN + "/" + Keys.OTHERS;

    /** What is said of the volume a second is a handful of languages and tiers. */
    private static final Duration FLUSH_INTERVAL = Duration.ofMillis(50);

    private final List<WindowConfig> windows;
    private final Duration grace;
    private final OwnRows.Limit limit;
    private @Nullable MentionSender hashtags;
    private @Nullable MentionSender places;
    private @Nullable StreamsBooks books;
    private @Nullable EventClock clock;
    private @Nullable Combiner volume;
    private @Nullable Cancellable flushes;

    TweetSplitter(List<WindowConfig> windows, Duration grace, OwnRows.Limit limit) {
        this.windows = windows;
        this.grace = grace;
        this.limit = limit;
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        hashtags = new MentionSender(processorContext, HASHTAGS, Keys.OTHERS, windows, limit);
        places = new MentionSender(processorContext, PLACES, OTHER_PLACES, windows, limit);
        Combiner combiner = new Combiner(processorContext, VOLUME, windows);
        volume = combiner;
        flushes = processorContext.schedule(FLUSH_INTERVAL, PunctuationType.WALL_CLOCK_TIME, time -> combiner.flush());
        books = new StreamsBooks(processorContext, STEP, combiner::flush);
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
        time.advance(post.createdAt(), post.observedAt());
        if (!post.counts()) {
            tally.filtered("edit");
        } else if (EventClock.isFuture(post.createdAt(), post.observedAt())) {
            tally.filtered("future");
        } else if (time.isLate(post.createdAt(), grace)) {
            tally.filtered("late");
        } else {
            tally.written(Topics.GOLD_VOLUME);
            split(post, time.now());
        }
    }

    private void split(SilverPost post, long now) {
        Cell anonymous = cell(post, post.createdAt(), 0, Authors.NONE);
        Objects.requireNonNull(volume).add(post.tier() + "/" + post.lang(), anonymous);
        if (post.geoCountry() != null || post.geoLat() != null) {
            Objects.requireNonNull(places).send(List.of(GridCell.place(post)), place -> null, anonymous, now);
        }
        if (!post.hashtagKeys().isEmpty()) {
            Cell cell = cell(post, post.createdAt(), 0, Authors.of(post.authorId()));
            Objects.requireNonNull(hashtags).send(post.hashtagKeys(), hashtag -> null, cell, now);
        }
    }

    /** What one post adds. */
    static Cell cell(SilverPost post, Instant at, int smiles, Authors author) {
        return Cell.of(
                post.tier(),
                post.lang(),
                post.repostOf() != null,
                post.replyTo() != null,
                post.quoteOf() != null,
                smiles,
                at.toEpochMilli(),
                author);
    }

    @Override
    public void close() {
        // A task that is revived keeps what was scheduled: it would send on what was rolled back.
        Objects.requireNonNull(flushes).cancel();
        Objects.requireNonNull(books).close();
    }
}
