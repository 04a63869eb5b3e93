package io.tweetlake.runtime.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where health and metrics are served. */
@ConfigMapping(prefix = "health")
public interface HealthConfig {
    @Meaning("address that health and metrics bind to")
    @WithDefault("127.0.0.1")
    String host();

    @Meaning("port of `/health/live`, `/health/ready` and `/metrics`; 0 takes a free one")
    int port();
}
