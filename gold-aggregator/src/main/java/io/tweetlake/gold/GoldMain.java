package io.tweetlake.gold;

import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.config.Secret;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.runtime.streams.StreamsDefaults;
import io.tweetlake.runtime.streams.StreamsRunner;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** gold-aggregator: silver to gold. */
public final class GoldMain {
    static final ServiceSettings SETTINGS = new ServiceSettings(Topics.GOLD_AGGREGATOR, GoldConfig.class, 8083);

    /** Updates of one window and key between two commits become one. */
    private static final long STORE_CACHE_BYTES = 64L << 20;

    /** Each commit sends on what changed since the last: the default of 100 ms does little else. */
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

    private GoldMain() {}

    public static void main(String[] arguments) {
        Service.run(SETTINGS, arguments, GoldMain::aggregate);
    }

    private static void aggregate(Service service) throws Exception {
        GoldConfig config = service.config(GoldConfig.class);
        StreamsConfig streams = StreamsDefaults.of(
                service.name(),
                service.config(KafkaConfig.class),
                config.threads(),
                config.stateFolder(),
                Map.of(
                        StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG,
                        StoreMemoryConfig.class,
                        StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
                        STORE_CACHE_BYTES,
                        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                        COMMIT_INTERVAL.toMillis()));
        service.topics().createOwn(service);
        if (service.topics().await(service, List.of(Topics.SILVER_TWEETS, Topics.SILVER_ENTITIES))) {
            Topology topology =
                    GoldTopology.build(streams, config.windows(), config.grace(), config.happiness(), config.ownRows());
            if (config.postgresUrl().isEmpty()) {
                StreamsRunner.run(service, topology, streams);
            } else if (service.topics().await(service, PostgresSink.SOURCES)) {
                try (PostgresSink sink = PostgresSink.start(service, database(config), config.postgresRetention())) {
                    StreamsRunner.run(service, topology, streams, sink::check);
                }
            }
        }
    }

    private static GoldDatabase database(GoldConfig config) {
        return new GoldDatabase(
                config.postgresUrl().orElseThrow(),
                config.postgresUser(),
                config.postgresPassword().map(Secret::reveal).orElse(""),
                config.grace());
    }
}
