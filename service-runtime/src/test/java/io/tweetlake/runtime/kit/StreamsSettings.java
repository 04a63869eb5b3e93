package io.tweetlake.runtime.kit;

import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.streams.StreamsDefaults;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;

/** The settings that a topology runs with, for its tests. */
public final class StreamsSettings {
    private StreamsSettings() {}

    private static final class NoKafka implements KafkaConfig {
        @Override
        public String bootstrapServers() {
            return "localhost:9";
        }

        @Override
        public Map<String, String> clients() {
            return Map.of();
        }
    }

    /** What production runs with. */
    public static StreamsConfig of(String service, Path state) {
        return StreamsDefaults.of(service, new NoKafka(), 1, state);
    }

    /** The same, for the test driver. */
    public static Properties forTests(String service, Path state) {
        Properties properties = new Properties();
        properties.putAll(of(service, state).originals());
        return properties;
    }
}
