package io.tweetlake.gold;

import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
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

    private final Duration grace;
    private @Nullable ProcessorContext<String, Object> context;
    private @Nullable StreamsBooks books;
    private @Nullable EventClock clock;

    TweetSplitter(Duration grace) {
        this.grace = grace;
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        context = processorContext;
        books = new StreamsBooks(processorContext, STEP);
        clock = new EventClock(processorContext, STEP);
    }

    @Override
    public void process(Record<String, SilverPost> tweet) {
        SilverPost post = tweet.value();
        StreamsBooks tally = Objects.requireNonNull(books);
        EventClock time = Objects.requireNonNull(clock);
        time.advance(post.createdAt(), post.observedAt());
        if (post.version() > 1) {
            tally.filtered("edit");
        } else if (EventClock.isFuture(post.createdAt(), post.observedAt())) {
            tally.filtered("future");
        } else if (time.isLate(post.createdAt(), grace)) {
            tally.filtered("late");
        } else {
            tally.written(Topics.GOLD_VOLUME);
            split(post);
        }
    }

    private void split(SilverPost post) {
        Instant at = post.createdAt();
        Mention anonymous = mention(post, at, 0, 0);
        forward(at, post.tier() + "/" + post.lang(), anonymous, VOLUME);
        if (post.geoCountry() != null || post.geoLat() != null) {
            forward(at, GridCell.place(post), anonymous, PLACES);
        }
        if (!post.hashtagKeys().isEmpty()) {
            Mention mention = mention(post, at, Mention.authorHash(post.authorId()), 0);
            for (String hashtag : post.hashtagKeys()) {
                forward(at, hashtag, mention, HASHTAGS);
            }
        }
    }

    static Mention mention(SilverPost post, Instant at, long author, int smiles) {
        return new Mention(
                post.tier(),
                post.lang(),
                post.repostOf() != null,
                post.replyTo() != null,
                post.quoteOf() != null,
                at.toEpochMilli(),
                author,
                smiles,
                null);
    }

    private void forward(Instant at, String key, Mention mention, String child) {
        Objects.requireNonNull(context).forward(new Record<>(key, mention, at.toEpochMilli()), child);
    }
}
