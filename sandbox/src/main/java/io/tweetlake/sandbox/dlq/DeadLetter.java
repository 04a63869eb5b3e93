package io.tweetlake.sandbox.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record of a dead-letter topic.
 *
 * @param waiting whether it has not been sent back yet
 */
public record DeadLetter(ConsumerRecord<byte[], byte[]> record, boolean waiting) {
    /** Kafka Streams' own headers (KIP-1034). */
    private static final String ERRORS = "__streams.errors.";

    static final String REDRIVEN_FROM = "redriven-from";

    /** The topic whose record it is, empty where it never was in one. */
    public String source() {
        return header("topic");
    }

    /** Why it is here, in a line. */
    public String cause() {
        return header("message");
    }

    public String exception() {
        return header("exception");
    }

    /** Topic, partition and offset. */
    public String place() {
        return record.topic() + "/" + record.partition() + "/" + record.offset();
    }

    /** Where the record lies that it is a copy of. */
    public String sourcePlace() {
        return source().isEmpty()
                ? text(record.headers().lastHeader("connection"))
                : source() + "/" + header("partition") + "/" + header("offset");
    }

    public Instant time() {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /** The bytes as they were, none for a tombstone. */
    public byte[] value() {
        return record.value() == null ? new byte[0] : record.value();
    }

    /** The headers that its source record had, and where it was. */
    RecordHeaders headersBack() {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : record.headers()) {
            if (!header.key().startsWith(ERRORS) && !header.key().equals(REDRIVEN_FROM)) {
                headers.add(header);
            }
        }
        headers.add(REDRIVEN_FROM, place().getBytes(UTF_8));
        return headers;
    }

    private String header(String name) {
        return text(record.headers().lastHeader(ERRORS + name));
    }

    private static String text(@Nullable Header header) {
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }
}
