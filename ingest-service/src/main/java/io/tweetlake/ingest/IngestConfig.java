package io.tweetlake.ingest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tweetlake.runtime.config.Meaning;
import io.tweetlake.runtime.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The settings of ingest-service. */
@ConfigMapping(prefix = "ingest")
public interface IngestConfig {
    @Meaning("where posts come from: `x` (a stream of the X API), `x-search`, `bluesky`, `mastodon`, `archive` (files)")
    @WithDefault("x")
    Kind source();

    @Meaning("files or folders of the source `archive`, comma-separated: JSON lines, plain or in gzip, bzip2, tar, zip")
    Optional<List<Path>> input();

    @Meaning("whether the source `archive` ends well, exit code 0, though some files could not be read")
    @WithDefault("false")
    boolean skipUnreadable();

    @Meaning("pace of the source `archive`: `max`, messages a second, or `x` and a factor of the recorded pace (`x1`)")
    @WithDefault("max")
    String rate();

    @Meaning("longest message in bytes; a longer one goes to the dead-letter topic, cut")
    @WithDefault("8388608")
    int maxMessageBytes();

    @Meaning("how often what was published is committed")
    @WithDefault("100ms")
    Duration commitInterval();

    @Meaning("PEM file of the certificate authorities that are believed instead of the JVM's")
    Optional<Path> tlsAuthorities();

    @Meaning("proxy for all connections to sources, `http://host:port`")
    Optional<URI> proxy();

    @Meaning("factor of all waits between connections and requests; below 1 only against a server of your own")
    @WithDefault("1")
    double waitFactor();

    X x();

    Search search();

    Bluesky bluesky();

    Mastodon mastodon();

    Budgets budget();

    /** The settings of the sources {@code x} and {@code x-search}. */
    interface X {
        @Meaning("base address of the X API")
        @WithDefault("https://api.x.com")
        URI url();

        @Meaning("app-only bearer token of the X API; the sources `x` and `x-search` need it or the file")
        Optional<Secret> bearerToken();

        @Meaning("file that holds the bearer token; a new one takes effect at once")
        Optional<Path> bearerTokenFile();

        @Meaning("user of a stream that takes the token as a password (PowerTrack)")
        Optional<String> user();

        @Meaning("path of the stream: filtered, `/2/tweets/sample/stream`, `/2/powerstream`, or a whole address")
        @WithDefault("/2/tweets/search/stream")
        String stream();

        @Meaning("file of the filtered stream's rules, followed while it runs: `[tag]`, then one query a line")
        Optional<Path> rulesFile();

        @Meaning("language of the default rules; `any` for all")
        @WithDefault("en")
        String language();

        @Meaning("whether posts come with their authors and what they refer to; X may charge for users")
        @WithDefault("true")
        boolean expansions();

        @Meaning("minutes to ask for again after a gap, up to 5, where the account may (Enterprise)")
        @WithDefault("0")
        int backfillMinutes();

        @Meaning("whether gaps of the filtered stream are filled by search; its posts cost money too")
        @WithDefault("false")
        boolean refill();
    }

    /** The settings of the source {@code x-search}. */
    interface Search {
        @Meaning("query of the source `x-search`")
        Optional<String> query();

        @Meaning("earliest creation time of the posts, ISO 8601")
        Optional<Instant> since();

        @Meaning("latest creation time of the posts, ISO 8601")
        Optional<Instant> until();

        @Meaning("language of the posts")
        Optional<String> language();

        @Meaning("posts with fewer likes are left out, here and not by X")
        @WithDefault("0")
        long minLikes();

        @Meaning("whether all posts since 2006 are searched instead of the last seven days")
        @WithDefault("false")
        boolean archive();
    }

    /** The settings of the source {@code bluesky}. */
    interface Bluesky {
        @Meaning("address of a Jetstream; with the path `/subscribe` its first wire format is spoken")
        @WithDefault("wss://jetstream.us-east.bsky.network")
        URI url();

        @Meaning("collections whose records are asked for, comma-separated")
        @WithDefault("app.bsky.feed.post")
        List<String> collections();
    }

    /** The settings of the source {@code mastodon}. */
    interface Mastodon {
        @Meaning("address of the server; the source `mastodon` needs it")
        Optional<URI> url();

        @Meaning("access token of an account there, scope `read:statuses`; the source `mastodon` needs it or the file")
        Optional<Secret> accessToken();

        @Meaning("file that holds the access token")
        Optional<Path> accessTokenFile();

        @Meaning("which timeline: `/api/v1/streaming/public`, `…/public/local`, `…/hashtag?tag=java`")
        @WithDefault("/api/v1/streaming/public")
        String stream();
    }

    /** How much may be spent on X. */
    interface Budgets {
        @Meaning("posts a UTC day that may be taken from X")
        OptionalLong postsPerDay();

        @Meaning("posts a UTC month that may be taken from X")
        OptionalLong postsPerMonth();

        @Meaning("whether X's own servers may be read without a limit: each post costs money")
        @WithDefault("false")
        boolean unlimited();

        @Meaning("price of a post, for the metric of what is spent")
        @WithDefault("0.005")
        double pricePerPost();

        @Meaning("near a limit (80 %): `stop` takes all until it is reached, `sample` only a tenth from there on")
        @WithDefault("stop")
        NearLimit nearLimit();
    }

    /** What happens when four fifths of a limit are taken. */
    enum NearLimit {
        STOP,
        SAMPLE
    }

    /** The kinds of sources. */
    enum Kind {
        X,
        X_SEARCH,
        BLUESKY,
        MASTODON,
        ARCHIVE
    }
}
