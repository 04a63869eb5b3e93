package io.tweetlake.runtime.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.Map;

/** Kafka's own keys, handed to every client verbatim. */
@ConfigMapping(prefix = "kafka")
public interface KafkaConfig {
    @Meaning("brokers, `host:port` each, comma-separated")
    @WithDefault("localhost:9092")
    @io.smallrye.config.WithName("bootstrap.servers")
    String bootstrapServers();

    @Meaning("any other key of Kafka's clients, such as `kafka.security.protocol`")
    @WithParentName
    Map<String, String> clients();

    /** All keys, the brokers' among them. */
    default Map<String, Object> properties() {
        Map<String, Object> properties = new java.util.TreeMap<>(clients());
        properties.put("bootstrap.servers", bootstrapServers());
        return properties;
    }
}
