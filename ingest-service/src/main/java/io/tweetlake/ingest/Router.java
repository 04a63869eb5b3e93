package io.tweetlake.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.ingest.source.Delivery;
import io.tweetlake.model.Envelope;
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
 * is a JSON object to the notices, the rest to the dead letters with the cause in headers. An envelope of posts becomes
 * one message a post. Thread-safe.
 */
final class Router {
    static final String TOO_FEW_LIKES = "too-few-likes";
    static final String NOT_A_POST = "not-a-post";

    private static final String AI = "ai";
    private static final String MALFORMED = MalformedMessageException.class.getName();

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
        Routed routed = Routed.nothing();
        if (delivery.problem() != null) {
            routed.records().add(deadLetter(delivery, delivery.bytes(), "IncompleteMessage", delivery.problem()));
            return routed;
        }
        try {
            StreamMessage message = read(delivery.bytes());
            Envelope.Contents contents =
                    message instanceof Notice notice && !notice.isKnown() ? Envelope.open(delivery.bytes()) : null;
            if (contents == null) {
                add(delivery, delivery.bytes(), message, routed);
            } else {
                addContents(delivery, contents, routed);
            }
        } catch (MalformedMessageException e) {
            Envelope.Contents contents = Envelope.open(delivery.bytes());
            if (contents == null) {
                routed.records().add(deadLetter(delivery, delivery.bytes(), e));
            } else {
                addContents(delivery, contents, routed);
            }
        }
        return routed;
    }

    /** An answer without any post is counted too. */
    private void addContents(Delivery delivery, Envelope.Contents contents, Routed routed) {
        for (byte[] message : contents.messages()) {
            try {
                add(delivery, message, read(message), routed);
            } catch (MalformedMessageException e) {
                routed.records().add(deadLetter(delivery, message, e));
            }
        }
        for (Envelope.Unreadable part : contents.unreadable()) {
            routed.records().add(deadLetter(delivery, part.bytes(), MALFORMED, part.cause()));
        }
        boolean isEmpty = contents.messages().isEmpty() && contents.unreadable().isEmpty();
        routed.leaveOut(NOT_A_POST, isEmpty ? Math.max(1, contents.others()) : contents.others());
    }

    private StreamMessage read(byte[] message) throws MalformedMessageException {
        return minLikes > 0 ? StreamMessageParser.parse(message) : StreamMessageParser.parseForRouting(message);
    }

    private void add(Delivery delivery, byte[] bytes, StreamMessage message, Routed routed)
            throws MalformedMessageException {
        if (message instanceof PostMessage post) {
            if (minLikes > 0 && likes(post) < minLikes) {
                routed.leaveOut(TOO_FEW_LIKES, 1);
                return;
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
        // All versions of a post meet in one partition.
        return record(topic, post.rootId(), delivery, bytes, post.source(), rules, null);
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
        return deadLetter(delivery, bytes, MALFORMED, String.valueOf(cause.getMessage()));
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
