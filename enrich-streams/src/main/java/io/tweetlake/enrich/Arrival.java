package io.tweetlake.enrich;

import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.topic.BronzeHeaders;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** When a bronze record was received and where it lies; one that was replayed from the lake says where it lay first. */
record Arrival(Instant observedAt, BronzeCoordinates coordinates) {

    static Arrival of(Record<String, byte[]> bronze, RecordMetadata metadata) {
        Instant received = BronzeHeaders.receivedAt(bronze.headers());
        BronzeCoordinates replayed = BronzeHeaders.coordinates(bronze.headers());
        return new Arrival(
                received == null ? Instant.ofEpochMilli(bronze.timestamp()) : received,
                replayed == null
                        ? new BronzeCoordinates(metadata.topic(), metadata.partition(), metadata.offset())
                        : replayed);
    }
}
