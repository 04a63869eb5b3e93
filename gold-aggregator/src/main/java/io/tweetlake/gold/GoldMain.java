package io.tweetlake.gold;

import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.runtime.streams.StreamsDefaults;
import io.tweetlake.runtime.streams.StreamsRunner;
import io.tweetlake.topic.Topics;
import java.util.List;
import org.apache.kafka.streams.StreamsConfig;

/** gold-aggregator: silver to gold. */
public final class GoldMain {
    static final ServiceSettings SETTINGS = new ServiceSettings(Topics.GOLD_AGGREGATOR, GoldConfig.class, 8083);

    private GoldMain() {}

    public static void main(String[] arguments) {
        Service.run(SETTINGS, arguments, GoldMain::aggregate);
    }

    private static void aggregate(Service service) throws Exception {
        GoldConfig config = service.config(GoldConfig.class);
        StreamsConfig streams = StreamsDefaults.of(
                service.name(), service.config(KafkaConfig.class), config.threads(), config.stateFolder());
        service.topics().createOwn(service);
        if (service.topics().await(service, List.of(Topics.SILVER_TWEETS))) {
            StreamsRunner.run(
                    service, HashtagCountTopology.build(streams, config.windowSize(), config.grace()), streams);
        }
    }
}
