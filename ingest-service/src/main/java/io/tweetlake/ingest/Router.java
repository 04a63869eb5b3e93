package io.tweetlake.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.ingest.source.Delivery;
import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.Notice;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.ResponsePage;
import io.tweetlake.model.StreamMessage;
import io.tweetlake.model.StreamMessageParser;
import io.tweetlake.topic.BronzeHeaders;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a delivery goes, and never changes its bytes: a post to one of the two tweet topics, anything else that
 * is a JSON object to the notices, the rest to the dead letters with the cause in headers. A page of posts becomes one
 * message a post. Thread-safe.
 */
final class Router {
    private static final String AI = "ai";

    private final KeywordMatcher aiKeywords;
    private final String platform;
    private final long minLikes;

    /**
     * @param platform of what does not say
     * @param minLikes posts with fewer are left out
     */
    Router(KeywordMatcher aiKeywords, String platform, long minLikes) {
        this.aiKeywords = aiKeywords;
        this.platform = platform;
        this.minLikes = minLikes;
    }

    Routed route(Delivery delivery) {
        Routed routed = new Routed(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), 0);
        if (delivery.problem() != null) {
            routed.records().add(deadLetter(delivery, delivery.bytes(), "IncompleteMessage", delivery.problem()));
            return routed;
        }
        try {
            return route(delivery, delivery.bytes(), routed) ? routed : filtered(routed, 1);
        } catch (MalformedMessageException e) {
            List<byte[]> posts = ResponsePage.posts(delivery.bytes());
            if (posts.isEmpty()) {
                routed.records().add(deadLetter(delivery, delivery.bytes(), e));
            }
            int filtered = 0;
            for (byte[] post : posts) {
                filtered += routePart(delivery, post, routed) ? 0 : 1;
            }
            return filtered(routed, filtered);
        }
    }

    private static Routed filtered(Routed routed, int count) {
        return new Routed(routed.records(), routed.postIds(), routed.notices(), count);
    }

    private boolean routePart(Delivery delivery, byte[] message, Routed routed) {
        try {
            return route(delivery, message, routed);
        } catch (MalformedMessageException e) {
            routed.records().add(deadLetter(delivery, message, e));
            return true;
        }
    }

    /** False if the message is left out. */
    private boolean route(Delivery delivery, byte[] bytes, Routed routed) throws MalformedMessageException {
        StreamMessage message =
                minLikes > 0 ? StreamMessageParser.parse(bytes) : StreamMessageParser.parseForRouting(bytes);
        if (message instanceof PostMessage post) {
            if (minLikes > 0 && likes(post) < minLikes) {
                return false;
            }
            routed.records().add(post(delivery, bytes, post));
            routed.postIds().add(post.id());
        } else {
            Notice notice = (Notice) message;
            routed.records()
                    .add(record(
                            Topics.BRONZE_NOTICES, null, delivery, bytes, notice.source(), List.of(), notice.kind()));
            routed.notices().add(notice);
        }
        return true;
    }

    private static long likes(PostMessage post) throws MalformedMessageException {
        Long likes = post.post().counts().likes();
        return likes == null ? 0 : likes;
    }

    /** A rule's tag decides; where there are no rules, the keywords do. */
    private ProducerRecord<String, byte[]> post(Delivery delivery, byte[] bytes, PostMessage post) {
        List<String> rules = post.matchedRules().isEmpty() ? delivery.rules() : post.matchedRules();
        boolean isAi = rules.isEmpty() ? aiKeywords.matches(post.text()) : rules.contains(AI);
        Topic<String, byte[]> topic = isAi ? Topics.BRONZE_TWEETS_AI : Topics.BRONZE_TWEETS_GENERIC;
        return record(topic, post.id(), delivery, bytes, post.source(), rules, null);
    }

    private static ProducerRecord<String, byte[]> record(
            Topic<String, byte[]> topic,
            @Nullable String key,
            Delivery delivery,
            byte[] bytes,
            String source,
            List<String> rules,
            @Nullable String kind) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topic.name(), null, delivery.receivedAt().toEpochMilli(), key, bytes);
        new BronzeHeaders(source, delivery.receivedAt(), rules, delivery.connection(), kind, delivery.refilled())
                .writeTo(record.headers());
        return record;
    }

    private ProducerRecord<String, byte[]> deadLetter(
            Delivery delivery, byte[] bytes, MalformedMessageException cause) {
        return deadLetter(delivery, bytes, cause.getClass().getName(), String.valueOf(cause.getMessage()));
    }

    /** With the headers that Kafka Streams gives its dead letters, so that all of them read the same (KIP-1034). */
    private ProducerRecord<String, byte[]> deadLetter(
            Delivery delivery, byte[] bytes, String exception, String problem) {
        ProducerRecord<String, byte[]> record =
                record(Topics.DLQ_INGEST_SERVICE, null, delivery, bytes, platform, List.of(), null);
        Headers headers = record.headers();
        headers.add("__streams.errors.exception", exception.getBytes(UTF_8));
        headers.add("__streams.errors.message", problem.getBytes(UTF_8));
        return record;
    }
}
