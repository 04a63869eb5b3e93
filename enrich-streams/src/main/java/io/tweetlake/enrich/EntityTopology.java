package io.tweetlake.enrich;

import io.tweetlake.nlp.ner.EntityRecognizer;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Silver;
import org.apache.kafka.streams.Topology;

/** {@code silver.tweets} to {@code silver.entities}: one record a tweet, also when it has none. */
final class EntityTopology {
    static final String STEP = "recognize";
    static final String ENTITIES_SINK = "silver.entities-sink";

    private EntityTopology() {}

    static void addTo(Topology topology, Silver silver, EntityRecognizer recognizer) {
        topology.addSource(
                        "silver.tweets-source",
                        silver.tweets().keySerde().deserializer(),
                        silver.tweets().valueSerde().deserializer(),
                        silver.tweets().name())
                .addProcessor(STEP, () -> new EntityProcessor(silver, recognizer), "silver.tweets-source")
                .addSink(
                        ENTITIES_SINK,
                        silver.entities().name(),
                        silver.entities().keySerde().serializer(),
                        silver.entities().valueSerde().serializer(),
                        STEP);
        StreamsBooks.addTo(topology, STEP, silver.books());
    }
}
