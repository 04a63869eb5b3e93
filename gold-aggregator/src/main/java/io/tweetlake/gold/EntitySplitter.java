package io.tweetlake.gold;

import io.tweetlake.model.Entity;
import io.tweetlake.model.Keys;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    static final String OTHER_ENTITIES = "OTHER/" + Keys.OTHERS;

    private static final Set<String> MARKS = Set.of(Entity.HASHTAG, Entity.CASHTAG, Entity.MENTION, Entity.URL);
    private final List<WindowConfig> windows;
    private final Duration grace;
    private final OwnRows.Limit limit;
    private @Nullable MentionSender sender;
    private @Nullable StreamsBooks books;
    private @Nullable EventClock clock;

    EntitySplitter(List<WindowConfig> windows, Duration grace, OwnRows.Limit limit) {
        this.windows = windows;
        this.grace = grace;
        this.limit = limit;
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        sender = new MentionSender(processorContext, ENTITIES, OTHER_ENTITIES, windows, limit);
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
        } else if (forwarded(tweet, time.now()) == 0) {
            tally.filtered("no-entity");
        } else {
            tally.written(Topics.GOLD_ENTITY_COUNTS);
        }
    }

    private int forwarded(TweetEntities tweet, long now) {
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
        Map<String, String> forms = new LinkedHashMap<>();
        for (Entity entity : tweet.entities()) {
            if (!MARKS.contains(entity.type())) {
                forms.putIfAbsent(entity.type() + "/" + Keys.entity(entity.text()), entity.text());
            }
        }
        Objects.requireNonNull(sender).send(forms.keySet(), forms::get, cell, now);
        return forms.size();
    }

    @Override
    public void close() {
        Objects.requireNonNull(books).close();
    }
}
