package io.tweetlake.enrich;

import io.tweetlake.nlp.ner.EntityRecognizer;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Silver;
import org.apache.kafka.streams.Topology;

/** {@code silver.tweets} to {@code silver.entities}: one record a tweet, also when it has none. */
final class EntityTopology {
    static final String STEP = "recognize";
    static final String ENTITIES_SINK = "silver.entities-sink";
    static final String BOOKS_SINK = "recognize-books-sink";

    private EntityTopology() {}

    static void addTo(Topology topology, Silver silver, EntityRecognizer recognizer) {
        topology.addSource(
                        "silver.tweets-source",
                        silver.tweets().keySerde().deserializer(),
                        silver.tweets().valueSerde().deserializer(),
                        silver.tweets().name())
                .addProcessor(STEP, () -> new EntityProcessor(silver, recognizer), "silver.tweets-source")
                .addStateStore(StreamsBooks.store(STEP), STEP)
                .addSink(
                        ENTITIES_SINK,
                        silver.entities().name(),
                        silver.entities().keySerde().serializer(),
                        silver.entities().valueSerde().serializer(),
                        STEP)
                .addSink(
                        BOOKS_SINK,
                        silver.books().name(),
                        silver.books().keySerde().serializer(),
                        silver.books().valueSerde().serializer(),
                        STEP);
    }
}
