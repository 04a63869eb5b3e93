package io.tweetlake.gold;

import io.tweetlake.model.Tweet;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Topics;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** A tweet's distinct hashtags, each as a record. */
final class HashtagExtractor implements Processor<String, Tweet, String, Object> {
    private @Nullable ProcessorContext<String, Object> context;
    private @Nullable StreamsBooks books;

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        context = processorContext;
        books = new StreamsBooks(processorContext, HashtagCountTopology.STEP);
    }

    @Override
    public void process(Record<String, Tweet> tweet) {
        StreamsBooks tally = Objects.requireNonNull(books);
        if (tweet.value().hashtagKeys().isEmpty()) {
            tally.filtered("no-hashtag");
            return;
        }
        tally.written(Topics.GOLD_HASHTAG_COUNTS);
        for (String hashtag : tweet.value().hashtagKeys()) {
            Objects.requireNonNull(context).forward(tweet.withValue(hashtag), HashtagCountTopology.BY_HASHTAG);
        }
    }
}
