package io.tweetlake.runtime.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a service creates the topics that it owns; topics that exist are left as they are. */
@ConfigMapping(prefix = "topics")
public interface TopicsConfig {
    @Meaning("partitions of a new topic; the same for all services")
    @WithDefault("2")
    int partitions();

    @Meaning("replicas of a new topic")
    @WithDefault("1")
    short replication();

    @Meaning("how long a new topic keeps its records")
    @WithDefault("7d")
    Duration retention();
}
