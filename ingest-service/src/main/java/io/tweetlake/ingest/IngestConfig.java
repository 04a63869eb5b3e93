package io.tweetlake.ingest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tweetlake.runtime.config.Meaning;
import io.tweetlake.runtime.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of ingest-service. */
@ConfigMapping(prefix = "ingest")
public interface IngestConfig {
    @Meaning("where tweets come from: `x`, the filtered stream of the X API v2, or `archive`, files of JSON lines")
    @WithDefault("x")
    Kind source();

    @Meaning("files or folders of the source `archive`, comma-separated; plain, `.gz` or `.bz2`")
    Optional<List<Path>> input();

    @Meaning("messages a second that the source `archive` is read at, or `max`")
    @WithDefault("max")
    String rate();

    @Meaning("longest message in bytes; a longer one goes to the dead-letter topic, cut")
    @WithDefault("8388608")
    int maxMessageBytes();

    @Meaning("how often what was published is committed")
    @WithDefault("100ms")
    Duration commitInterval();

    X x();

    /** The settings of the source {@code x}. */
    interface X {
        @Meaning("base address of the X API")
        @WithDefault("https://api.x.com")
        URI url();

        @Meaning("app-only bearer token of the X API; the source `x` needs it or the file")
        Optional<Secret> bearerToken();

        @Meaning("file that holds the bearer token")
        Optional<Path> bearerTokenFile();
    }

    /** The kinds of sources. */
    enum Kind {
        X,
        ARCHIVE
    }
}
