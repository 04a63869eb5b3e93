package io.tweetlake.enrich;

import io.tweetlake.model.Entity;
import io.tweetlake.model.Post;
import io.tweetlake.model.Tweet;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.nlp.ner.EntityRecognizer;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Silver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One tweet to the record of its entities: the marks of its author, then what the recogniser finds in languages it
 * knows.
 */
final class EntityProcessor implements Processor<String, Tweet, String, Object> {
    private final Silver silver;
    private final EntityRecognizer recognizer;
    private @Nullable ProcessorContext<String, Object> context;
    private @Nullable StreamsBooks books;

    EntityProcessor(Silver silver, EntityRecognizer recognizer) {
        this.silver = silver;
        this.recognizer = recognizer;
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        context = processorContext;
        books = new StreamsBooks(processorContext, EntityTopology.STEP);
    }

    @Override
    public void process(Record<String, Tweet> tweet) {
        StreamsBooks tally = Objects.requireNonNull(books);
        if (tweet.value() == null) {
            tally.dead();
            throw new StreamsException("a record without a value");
        }
        Post post = tweet.value().post();
        String lang = Objects.requireNonNull(post.lang(), "a silver tweet has a language");
        List<Entity> entities = new ArrayList<>(
                Objects.requireNonNull(post.marks(), "a silver tweet has marks").spans());
        try {
            if (recognizer.knows(lang)) {
                entities.addAll(recognizer.recognize(post.text()));
            }
        } catch (RuntimeException e) {
            tally.dead();
            throw e;
        }
        tally.written(silver.entities());
        Objects.requireNonNull(context)
                .forward(
                        tweet.withValue(new TweetEntities(
                                post.id(),
                                post.createdAt(),
                                lang,
                                entities,
                                tweet.value().observedAt(),
                                tweet.value().tier(),
                                post.version(),
                                tweet.value().firstMet(),
                                post.author().id(),
                                post.references().repostOf())),
                        EntityTopology.ENTITIES_SINK);
    }

    @Override
    public void close() {
        Objects.requireNonNull(books).close();
    }
}
