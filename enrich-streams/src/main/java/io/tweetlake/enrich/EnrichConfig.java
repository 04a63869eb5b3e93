package io.tweetlake.enrich;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tweetlake.runtime.config.Meaning;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of enrich-streams. */
@ConfigMapping(prefix = "enrich")
public interface EnrichConfig {
    @Meaning("how long after a post its repeats are recognised as duplicates")
    @WithDefault("24h")
    Duration duplicateWindow();

    @Meaning("texts whose entities are remembered for when they repeat, in characters; 0 remembers none")
    @WithDefault("4000000")
    long entityCacheCharacters();

    @Meaning("emoticons that count as happy")
    @WithDefault(":)")
    List<String> happyEmoticons();

    @Meaning("emoji that count as happy")
    @WithDefault("😀,😆,😇,😎,🙂,🛁,😅")
    List<String> happyEmoji();

    @Meaning("how long after its creation a post that arrives is counted as late in silver.quality")
    @WithDefault("1h")
    Duration lateAfter();

    @Meaning("rebuild silver beside the live one, in topics of this version: `v2` writes `silver.v2.tweets`")
    Optional<String> version();

    @Meaning(
            "make a version of bronze topics of its own, such as `bronze.v2.tweets.ai`, which were filled from the lake")
    @WithDefault("false")
    boolean replay();

    @Meaning("stream threads")
    @WithDefault("2")
    int threads();

    @Meaning("folder of the state stores; it can be rebuilt from Kafka")
    @WithDefault("state")
    Path stateFolder();
}
