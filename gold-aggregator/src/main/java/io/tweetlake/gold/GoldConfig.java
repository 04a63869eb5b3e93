package io.tweetlake.gold;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tweetlake.runtime.config.Meaning;
import java.nio.file.Path;
import java.time.Duration;

/** The settings of gold-aggregator. */
@ConfigMapping(prefix = "gold")
public interface GoldConfig {
    @Meaning("size of the tumbling windows, in the posts' own time")
    @WithDefault("5m")
    Duration windowSize();

    @Meaning("how long after its end a window still takes late posts")
    @WithDefault("24h")
    Duration grace();

    @Meaning("stream threads")
    @WithDefault("1")
    int threads();

    @Meaning("folder of the state stores; it can be rebuilt from Kafka")
    @WithDefault("state")
    Path stateFolder();
}
