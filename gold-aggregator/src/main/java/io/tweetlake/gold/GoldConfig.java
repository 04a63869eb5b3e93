package io.tweetlake.gold;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tweetlake.runtime.config.Meaning;
import io.tweetlake.runtime.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The settings of gold-aggregator. */
@ConfigMapping(prefix = "gold")
public interface GoldConfig {
    /** Which time of a post decides its window. */
    enum PostTime {
        CREATED,
        OBSERVED
    }

    @Meaning("windows over the posts' own time: `5m` is tumbling, `1h/5m` is an hour, one every five minutes")
    @WithDefault("5m,1h,1d")
    List<WindowConfig> windows();

    @Meaning("how far behind the newest post of its partition a post may be and still count")
    @WithDefault("24h")
    Duration grace();

    @Meaning(
            "hashtags, entities or places that get rows of their own in a window and partition; further ones that are rare share a row, `(other)`")
    @WithDefault("10000")
    int ownRows();

    @Meaning("windows of `gold.happy-hashtags`")
    @WithDefault("1h/5m")
    List<WindowConfig> happyWindows();

    @Meaning(
            "emoticons and emoji that count in `gold.happy-hashtags`; by default those that enrich-streams counts as happy")
    Optional<List<String>> happySmiles();

    @Meaning("languages of the posts that count in `gold.happy-hashtags`; by default all")
    Optional<List<String>> happyLanguages();

    @Meaning(
            "whether a post counts in `gold.happy-hashtags` when it was `created` or, as older systems had it, `observed`")
    @WithDefault("created")
    PostTime happyTime();

    @Meaning(
            "JDBC address of the Postgres that gold goes to, such as `jdbc:postgresql://localhost/tweetlake`; by default none")
    Optional<String> postgresUrl();

    @Meaning("its user, who owns the database or may create tables in it")
    @WithDefault("tweetlake")
    String postgresUser();

    @Meaning("the user's password")
    Optional<Secret> postgresPassword();

    @Meaning("how long after its end a window is kept in Postgres, in event time")
    @WithDefault("30d")
    Duration postgresRetention();

    @Meaning("stream threads")
    @WithDefault("1")
    int threads();

    @Meaning("folder of the state stores; it can be rebuilt from Kafka")
    @WithDefault("state")
    Path stateFolder();

    /** What counts as happy. */
    default Happiness happiness() {
        return new Happiness(
                happyWindows(),
                Set.copyOf(happySmiles().orElse(List.of())),
                Set.copyOf(happyLanguages().orElse(List.of())),
                happyTime() == PostTime.OBSERVED);
    }
}
