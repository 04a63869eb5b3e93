package io.tweetlake.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.ingest.source.Delivery;
import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.Notice;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessage;
import io.tweetlake.model.StreamMessageParser;
import io.tweetlake.topic.BronzeHeaders;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a delivery goes, and never changes its bytes: a post to one of the two tweet topics, anything else that
 * is a JSON object to the notices, the rest to the dead letters with the cause in headers. Thread-safe.
 */
final class Router {
    private static final String SOURCE = "x";
    private static final String AI = "ai";

    private final KeywordMatcher aiKeywords;

    Router(KeywordMatcher aiKeywords) {
        this.aiKeywords = aiKeywords;
    }

    ProducerRecord<String, byte[]> route(Delivery delivery) {
        if (delivery.problem() != null) {
            return deadLetter(delivery, "IncompleteMessage", delivery.problem());
        }
        try {
            StreamMessage message = StreamMessageParser.parse(delivery.bytes());
            if (message instanceof PostMessage post) {
                return post(delivery, post);
            }
            return record(Topics.BRONZE_NOTICES, null, delivery, List.of(), ((Notice) message).kind());
        } catch (MalformedMessageException e) {
            return deadLetter(delivery, e.getClass().getName(), String.valueOf(e.getMessage()));
        }
    }

    /** A rule's tag decides; where there are no rules, the keywords do. */
    private ProducerRecord<String, byte[]> post(Delivery delivery, PostMessage post) {
        List<String> rules = post.matchedRules();
        boolean isAi = rules.isEmpty() ? aiKeywords.matches(post.text()) : rules.contains(AI);
        return record(isAi ? Topics.BRONZE_TWEETS_AI : Topics.BRONZE_TWEETS_GENERIC, post.id(), delivery, rules, null);
    }

    private static ProducerRecord<String, byte[]> record(
            Topic<String, byte[]> topic,
            @Nullable String key,
            Delivery delivery,
            List<String> rules,
            @Nullable String kind) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topic.name(), null, delivery.receivedAt().toEpochMilli(), key, delivery.bytes());
        new BronzeHeaders(SOURCE, delivery.receivedAt(), rules, delivery.connection(), kind).writeTo(record.headers());
        return record;
    }

    /** With the headers that Kafka Streams gives its dead letters, so that all of them read the same (KIP-1034). */
    private static ProducerRecord<String, byte[]> deadLetter(Delivery delivery, String exception, String problem) {
        ProducerRecord<String, byte[]> record = record(Topics.DLQ_INGEST_SERVICE, null, delivery, List.of(), null);
        Headers headers = record.headers();
        headers.add("__streams.errors.exception", exception.getBytes(UTF_8));
        headers.add("__streams.errors.message", problem.getBytes(UTF_8));
        return record;
    }
}
