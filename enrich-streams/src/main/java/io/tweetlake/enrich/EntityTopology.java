package io.tweetlake.enrich;

import io.tweetlake.nlp.ner.EntityRecognizer;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Topics;
import org.apache.kafka.streams.Topology;

/** {@code silver.tweets} to {@code silver.entities}: one record a tweet, also when it has none. */
final class EntityTopology {
    static final String STEP = "recognize";
    static final String ENTITIES_SINK = "silver.entities-sink";
    static final String BOOKS_SINK = "recognize-books-sink";

    private EntityTopology() {}

    static void addTo(Topology topology, EntityRecognizer recognizer) {
        topology.addSource(
                        "silver.tweets-source",
                        Topics.SILVER_TWEETS.keySerde().deserializer(),
                        Topics.SILVER_TWEETS.valueSerde().deserializer(),
                        Topics.SILVER_TWEETS.name())
                .addProcessor(STEP, () -> new EntityProcessor(recognizer), "silver.tweets-source")
                .addStateStore(StreamsBooks.store(STEP), STEP)
                .addSink(
                        ENTITIES_SINK,
                        Topics.SILVER_ENTITIES.name(),
                        Topics.SILVER_ENTITIES.keySerde().serializer(),
                        Topics.SILVER_ENTITIES.valueSerde().serializer(),
                        STEP)
                .addSink(
                        BOOKS_SINK,
                        Topics.BOOKS_ENRICH_STREAMS.name(),
                        Topics.BOOKS_ENRICH_STREAMS.keySerde().serializer(),
                        Topics.BOOKS_ENRICH_STREAMS.valueSerde().serializer(),
                        STEP);
    }
}
