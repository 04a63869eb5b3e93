package io.tweetlake.gold;

import io.tweetlake.model.Entity;
import io.tweetlake.model.Keys;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** One tweet's entities to a mention of each distinct one; its marks have tables of their own. */
final class EntitySplitter implements Processor<String, TweetEntities, String, Object> {
    static final String STEP = "split-entities";
    static final String ENTITIES = "entity-mentions";

    private static final Set<String> MARKS = Set.of(Entity.HASHTAG, Entity.CASHTAG, Entity.MENTION, Entity.URL);
    private final Duration grace;
    private @Nullable ProcessorContext<String, Object> context;
    private @Nullable StreamsBooks books;
    private @Nullable EventClock clock;

    EntitySplitter(Duration grace) {
        this.grace = grace;
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        context = processorContext;
        books = new StreamsBooks(processorContext, STEP);
        clock = new EventClock(processorContext, STEP);
    }

    @Override
    public void process(Record<String, TweetEntities> record) {
        @Nullable TweetEntities tweet = record.value();
        StreamsBooks tally = Objects.requireNonNull(books);
        if (tweet == null) {
            tally.dead();
            throw new StreamsException("a record without a value");
        }
        EventClock time = Objects.requireNonNull(clock);
        time.advance(tweet.createdAt(), tweet.observedAt());
        if (!tweet.counts()) {
            tally.filtered("edit");
        } else if (EventClock.isFuture(tweet.createdAt(), tweet.observedAt())) {
            tally.filtered("future");
        } else if (time.isLate(tweet.createdAt(), grace)) {
            tally.filtered("late");
        } else if (forwarded(tweet) == 0) {
            tally.filtered("no-entity");
        } else {
            tally.written(Topics.GOLD_ENTITY_COUNTS);
        }
    }

    private int forwarded(TweetEntities tweet) {
        long at = tweet.createdAt().toEpochMilli();
        Cell cell = Cell.of(
                tweet.tier(),
                tweet.lang(),
                tweet.repostOf() != null,
                false,
                false,
                0,
                at,
                Authors.of(tweet.authorId()));
        Set<String> keys = new HashSet<>();
        for (Entity entity : tweet.entities()) {
            if (MARKS.contains(entity.type())) {
                continue;
            }
            String key = entity.type() + "/" + Keys.entity(entity.text());
            if (keys.add(key)) {
                Objects.requireNonNull(context)
                        .forward(new Record<>(key, new Mention(cell, entity.text()), at), ENTITIES);
            }
        }
        return keys.size();
    }

    @Override
    public void close() {
        Objects.requireNonNull(books).close();
    }
}
