package io.tweetlake.enrich;

import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.streams.StreamsDefaults;
import io.tweetlake.runtime.streams.StreamsRunner;
import io.tweetlake.topic.Silver;
import org.apache.kafka.streams.Topology;

/** enrich-streams with its first topology alone, in its package, to be measured. */
public final class CleansingWorker {
    private CleansingWorker() {}

    public static void main(String[] arguments) {
        Service.run(EnrichMain.SETTINGS, arguments, CleansingWorker::cleanse);
    }

    private static void cleanse(Service service) throws Exception {
        EnrichConfig config = service.config(EnrichConfig.class);
        Topology topology = new Topology();
        CleansingTopology.addTo(
                topology, Silver.LIVE, EnrichMain.cleanser(config), config.duplicateWindow(), config.lateAfter());
        StreamsRunner.run(
                service,
                topology,
                StreamsDefaults.of(
                        service.name(), service.config(KafkaConfig.class), config.threads(), config.stateFolder()));
    }
}
