package io.tweetlake.enrich;

import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.Post;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessage;
import io.tweetlake.model.StreamMessageParser;
import io.tweetlake.model.Tweet;
import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.BronzeHeaders;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/** One bronze record to at most one silver tweet. */
final class CleansingProcessor implements Processor<String, byte[], String, Object> {
    private static final byte[] SEEN = {};

    private final TweetCleanser cleanser;
    private final long duplicateMillis;
    private @Nullable ProcessorContext<String, Object> context;
    private @Nullable WindowStore<String, byte[]> seenPosts;
    private @Nullable StreamsBooks books;

    CleansingProcessor(TweetCleanser cleanser, Duration duplicateWindow) {
        this.cleanser = cleanser;
        this.duplicateMillis = duplicateWindow.toMillis();
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        context = processorContext;
        seenPosts = processorContext.getStateStore(CleansingTopology.SEEN_POSTS);
        books = new StreamsBooks(
                processorContext,
                CleansingTopology.STEP,
                (key, value) -> processorContext.forward(
                        new Record<>(key, value, processorContext.currentSystemTimeMs()),
                        CleansingTopology.BOOKS_SINK));
    }

    @Override
    public void process(Record<String, byte[]> bronze) {
        StreamsBooks tally = Objects.requireNonNull(books);
        Tweet tweet;
        try {
            StreamMessage message = StreamMessageParser.parse(bronze.value());
            if (!(message instanceof PostMessage delivered)) {
                tally.filtered("not-a-post");
                return;
            }
            tweet = cleanse(delivered.post(), bronze);
        } catch (MalformedMessageException e) {
            tally.dead();
            throw new StreamsException(e.getMessage(), e);
        } catch (RuntimeException e) {
            tally.dead();
            throw e;
        }
        if (isDuplicate(tweet.post(), bronze.timestamp())) {
            tally.duplicate();
            return;
        }
        tally.written(Topics.SILVER_TWEETS);
        Objects.requireNonNull(context)
                .forward(
                        new Record<>(tweet.post().id(), tweet, bronze.timestamp(), new RecordHeaders()),
                        CleansingTopology.TWEETS_SINK);
    }

    private Tweet cleanse(Post post, Record<String, byte[]> bronze) throws MalformedMessageException {
        RecordMetadata metadata =
                Objects.requireNonNull(context).recordMetadata().orElseThrow();
        Instant received = BronzeHeaders.receivedAt(bronze.headers());
        Instant observed = received == null ? Instant.ofEpochMilli(bronze.timestamp()) : received;
        PostBounds.check(post, observed);
        String topic = metadata.topic();
        return cleanser.cleanse(
                post,
                observed,
                topic.substring(topic.lastIndexOf('.') + 1),
                new BronzeCoordinates(topic, metadata.partition(), metadata.offset()));
    }

    private boolean isDuplicate(Post post, long timestamp) {
        WindowStore<String, byte[]> seen = Objects.requireNonNull(seenPosts);
        String key = post.source() + "/" + post.id() + "/" + post.version();
        try (WindowStoreIterator<byte[]> earlier =
                seen.fetch(key, timestamp - duplicateMillis, timestamp + duplicateMillis)) {
            if (earlier.hasNext()) {
                return true;
            }
        }
        seen.put(key, SEEN, timestamp);
        return false;
    }
}
