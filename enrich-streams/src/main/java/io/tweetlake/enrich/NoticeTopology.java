package io.tweetlake.enrich;

import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Silver;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;

/**
 * {@code bronze.notices} to {@code silver.notices}: every platform's deletes, scrubs and account events in one shape.
 */
final class NoticeTopology {
    static final String STEP = "notice";
    static final String NOTICES_SINK = "silver.notices-sink";

    private NoticeTopology() {}

    static void addTo(Topology topology, Silver silver) {
        topology.addSource(
                        "bronze.notices-source",
                        Serdes.String().deserializer(),
                        Serdes.ByteArray().deserializer(),
                        silver.bronzeNotices().name())
                .addProcessor(STEP, () -> new NoticeProcessor(silver), "bronze.notices-source")
                .addSink(
                        NOTICES_SINK,
                        silver.notices().name(),
                        silver.notices().keySerde().serializer(),
                        silver.notices().valueSerde().serializer(),
                        STEP);
        StreamsBooks.addTo(topology, STEP, silver.books());
    }
}
