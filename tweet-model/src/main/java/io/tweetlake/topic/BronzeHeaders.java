package io.tweetlake.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.InstantText;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What ingest knows of a delivery beside its bytes, as UTF-8 record headers {@code source}, {@code received-at} (ISO
 * 8601), {@code matched-rules} (one header a rule), {@code connection}, on notices {@code kind} and, on what came after
 * a gap had been closed, {@code refilled}.
 *
 * @param source the platform
 * @param matchedRules the rules or local keyword lists that chose the topic
 * @param connection the connection, or the input and line of an archive
 * @param kind of a notice, else null
 * @param refilled whether it was fetched to fill a gap
 */
public record BronzeHeaders(
        String source,
        Instant receivedAt,
        List<String> matchedRules,
        String connection,
        @Nullable String kind,
        boolean refilled) {
    private static final String SOURCE = "source";
    private static final String RECEIVED_AT = "received-at";
    private static final String MATCHED_RULES = "matched-rules";
    private static final String CONNECTION = "connection";
    private static final String KIND = "kind";
    private static final String REFILLED = "refilled";
    private static final String COORDINATES = "coordinates";

    public void writeTo(Headers headers) {
        add(headers, SOURCE, source);
        add(headers, RECEIVED_AT, InstantText.write(receivedAt));
        matchedRules.forEach(rule -> add(headers, MATCHED_RULES, rule));
        add(headers, CONNECTION, connection);
        if (kind != null) {
            add(headers, KIND, kind);
        }
        if (refilled) {
            add(headers, REFILLED, "true");
        }
    }

    /** When ingest received the record, else null: a record that others wrote has no such header. */
    public static @Nullable Instant receivedAt(Headers headers) {
        Header header = headers.lastHeader(RECEIVED_AT);
        return header == null ? null : InstantText.read(new String(header.value(), UTF_8));
    }

    /** Says of a record that is replayed where it lay first. */
    public static void writeCoordinates(BronzeCoordinates coordinates, Headers headers) {
        add(headers, COORDINATES, coordinates.topic() + "/" + coordinates.partition() + "/" + coordinates.offset());
    }

    /** Where a replayed record lay first, else null. */
    public static @Nullable BronzeCoordinates coordinates(Headers headers) {
        Header header = headers.lastHeader(COORDINATES);
        if (header == null) {
            return null;
        }
        List<String> parts = List.of(new String(header.value(), UTF_8).split("/", -1));
        return new BronzeCoordinates(parts.get(0), Integer.parseInt(parts.get(1)), Long.parseLong(parts.get(2)));
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }
}
