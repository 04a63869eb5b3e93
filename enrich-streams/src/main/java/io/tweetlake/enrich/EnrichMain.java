package io.tweetlake.enrich;

import io.tweetlake.nlp.cleansing.HappySet;
import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.nlp.ner.CachedEntityRecognizer;
import io.tweetlake.nlp.ner.CoreNlpEntityRecognizer;
import io.tweetlake.nlp.ner.EntityRecognizer;
import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.runtime.streams.StreamsDefaults;
import io.tweetlake.runtime.streams.StreamsRunner;
import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** enrich-streams: bronze to silver. */
public final class EnrichMain {
    static final ServiceSettings SETTINGS = new ServiceSettings(Topics.ENRICH_STREAMS, EnrichConfig.class, 8082);

    private static final Duration SHORTEST_DUPLICATE_WINDOW = Duration.ofSeconds(1);

    private EnrichMain() {}

    public static void main(String[] arguments) {
        Service.run(SETTINGS, arguments, EnrichMain::enrich);
    }

    private static void enrich(Service service) throws Exception {
        EnrichConfig config = service.config(EnrichConfig.class);
        if (config.duplicateWindow().compareTo(SHORTEST_DUPLICATE_WINDOW) < 0) {
            throw new InvalidConfigException(List.of(
                    "enrich.duplicate-window is " + config.duplicateWindow() + "; it must be a second or more"));
        }
        Silver silver = silver(config);
        StreamsConfig streams = StreamsDefaults.of(
                silver.service(), service.config(KafkaConfig.class), config.threads(), config.stateFolder());
        service.topics().create(silver.written());
        EntityRecognizer recognizer =
                new CachedEntityRecognizer(CoreNlpEntityRecognizer.load(), config.entityCacheCharacters());
        if (service.topics().await(service, List.copyOf(silver.bronze()))) {
            StreamsRunner.run(
                    service,
                    topology(silver, cleanser(config), config.duplicateWindow(), config.lateAfter(), recognizer),
                    streams);
        }
    }

    static TweetCleanser cleanser(EnrichConfig config) {
        return new TweetCleanser(new HappySet(config.happyEmoticons(), config.happyEmoji()));
    }

    private static Silver silver(EnrichConfig config) {
        if (config.version().isEmpty()) {
            return Silver.LIVE;
        }
        Silver version = version(config.version().get());
        return config.replay() ? version.ofReplayedBronze() : version;
    }

    private static Silver version(String version) {
        if (!version.matches(Silver.VERSION)) {
            throw new InvalidConfigException(List.of("enrich.version is " + version + "; it must be v1, v2 …"));
        }
        return Silver.version(version);
    }

    static Topology topology(
            Silver silver,
            TweetCleanser cleanser,
            Duration duplicateWindow,
            Duration lateAfter,
            EntityRecognizer recognizer) {
        Topology topology = new Topology();
        CleansingTopology.addTo(topology, silver, cleanser, duplicateWindow, lateAfter);
        EntityTopology.addTo(topology, silver, recognizer);
        NoticeTopology.addTo(topology, silver);
        return topology;
    }
}
