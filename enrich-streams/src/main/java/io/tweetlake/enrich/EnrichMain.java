package io.tweetlake.enrich;

import io.tweetlake.nlp.ner.CachedEntityRecognizer;
import io.tweetlake.nlp.ner.CoreNlpEntityRecognizer;
import io.tweetlake.nlp.ner.EntityRecognizer;
import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.runtime.streams.StreamsDefaults;
import io.tweetlake.runtime.streams.StreamsRunner;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** enrich-streams: bronze to silver. */
public final class EnrichMain {
    static final ServiceSettings SETTINGS = new ServiceSettings(Topics.ENRICH_STREAMS, EnrichConfig.class, 8082);

    private EnrichMain() {}

    public static void main(String[] arguments) {
        Service.run(SETTINGS, arguments, EnrichMain::enrich);
    }

    private static void enrich(Service service) throws Exception {
        EnrichConfig config = service.config(EnrichConfig.class);
        StreamsConfig streams = StreamsDefaults.of(
                service.name(), service.config(KafkaConfig.class), config.threads(), config.stateFolder());
        service.topics().createOwn(service);
        EntityRecognizer recognizer =
                new CachedEntityRecognizer(CoreNlpEntityRecognizer.load(), config.entityCacheCharacters());
        if (service.topics().await(service, List.of(Topics.BRONZE_TWEETS_AI, Topics.BRONZE_TWEETS_GENERIC))) {
            StreamsRunner.run(service, topology(config.duplicateWindow(), config.lateAfter(), recognizer), streams);
        }
    }

    static Topology topology(Duration duplicateWindow, Duration lateAfter, EntityRecognizer recognizer) {
        Topology topology = new Topology();
        CleansingTopology.addTo(topology, duplicateWindow, lateAfter);
        EntityTopology.addTo(topology, recognizer);
        return topology;
    }
}
