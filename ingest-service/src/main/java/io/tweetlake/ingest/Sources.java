package io.tweetlake.ingest;

import io.tweetlake.ingest.IngestConfig.Kind;
import io.tweetlake.ingest.source.ArchiveTweetSource;
import io.tweetlake.ingest.source.Credentials;
import io.tweetlake.ingest.source.GapRefill;
import io.tweetlake.ingest.source.JetstreamTweetSource;
import io.tweetlake.ingest.source.MastodonStream;
import io.tweetlake.ingest.source.Network;
import io.tweetlake.ingest.source.Pace;
import io.tweetlake.ingest.source.SearchTweetSource;
import io.tweetlake.ingest.source.TweetSource;
import io.tweetlake.ingest.source.XApi;
import io.tweetlake.ingest.source.XRuleKeeper;
import io.tweetlake.ingest.source.XStream;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.model.Spend;
import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the parts of the source that the settings name. */
final class Sources {
    /** What a query of X's search may hold. */
    private static final int SEARCH_PAGE = 100;

    private static final int ARCHIVE_SEARCH_PAGE = 500;

    private static final Pattern CHARGES = Pattern.compile("(?i)(.*\\.)?(x|twitter)\\.com\\.?");

    private final IngestConfig config;
    private final Network network;
    private final InstantSource clock;

    private Sources(IngestConfig config, Network network, InstantSource clock) {
        this.config = config;
        this.network = network;
        this.clock = clock;
    }

    /**
     * Checks what can be known to be wrong before anything is connected.
     *
     * @throws InvalidConfigException naming every problem
     */
    static Sources of(IngestConfig config, InstantSource clock) {
        List<String> problems = new ArrayList<>();
        switch (config.source()) {
            case X -> {
                checkToken(config.x().bearerToken(), config.x().bearerTokenFile(), "x.bearer-token", problems);
                // The stream may be a whole address.
                checkBudget(config, config.x().url().resolve(config.x().stream()), problems);
            }
            case X_SEARCH -> {
                checkToken(config.x().bearerToken(), config.x().bearerTokenFile(), "x.bearer-token", problems);
                checkBudget(config, config.x().url(), problems);
                if (config.search().query().isEmpty()) {
                    problems.add("the source x-search needs ingest.search.query");
                }
            }
            case MASTODON -> {
                checkToken(
                        config.mastodon().accessToken(),
                        config.mastodon().accessTokenFile(),
                        "mastodon.access-token",
                        problems);
                if (config.mastodon().url().isEmpty()) {
                    problems.add("the source mastodon needs ingest.mastodon.url, the address of a server");
                }
            }
            case ARCHIVE -> {
                if (config.input().isEmpty()) {
                    problems.add("the source archive needs ingest.input: files or folders");
                }
            }
            case BLUESKY -> {}
        }
        if (!(config.waitFactor() > 0)) {
            problems.add("ingest.wait-factor is " + config.waitFactor() + "; it must be above 0");
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        return new Sources(config, Network.of(config.tlsAuthorities(), config.proxy()), clock);
    }

    private static void checkToken(Optional<Secret> token, Optional<Path> file, String key, List<String> problems) {
        if (file.isPresent() && !Files.isReadable(file.get())) {
            problems.add("cannot read " + file.get() + " (ingest." + key + "-file)");
        } else if (file.isEmpty() && token.isEmpty()) {
            problems.add("the source needs ingest." + key + " or ingest." + key + "-file");
        }
    }

    /** Only X itself charges: not a server that stands in for it. */
    private static void checkBudget(IngestConfig config, URI url, List<String> problems) {
        IngestConfig.Budgets budget = config.budget();
        boolean isLimited =
                budget.postsPerDay().isPresent() || budget.postsPerMonth().isPresent();
        String host = String.valueOf(url.getHost());
        if (!isLimited && !budget.unlimited() && CHARGES.matcher(host).matches()) {
            problems.add("each post of " + host
                    + " costs money: set ingest.budget.posts-per-day or ingest.budget.posts-per-month,"
                    + " or ingest.budget.unlimited=true");
        }
    }

    /** The source's, as the command line spells it. */
    String name() {
        return config.source().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Duration commitInterval() {
        return config.commitInterval();
    }

    Router router() {
        String platform = config.source() == Kind.BLUESKY || config.source() == Kind.MASTODON ? name() : "x";
        return new Router(
                KeywordMatcher.ofAiKeywords(),
                platform,
                config.source() == Kind.X_SEARCH ? config.search().minLikes() : 0);
    }

    /** @param position what an earlier process left, or null */
    ConnectionLedger ledger(@Nullable SourcePosition position) {
        return position == null
                ? new ConnectionLedger(name(), null, null)
                : new ConnectionLedger(
                        name(), position.interval(), config.source() == Kind.X ? position.cursor() : null);
    }

    /** Only X charges. */
    Budget budget(Collection<Spend> earlier) {
        IngestConfig.Budgets limits = config.budget();
        return config.source() == Kind.X || config.source() == Kind.X_SEARCH
                ? new Budget(name(), limits.postsPerDay(), limits.postsPerMonth(), limits.pricePerPost(), earlier)
                : Budget.free(name());
    }

    boolean samplesNearLimit() {
        return config.budget().nearLimit() == IngestConfig.NearLimit.SAMPLE;
    }

    /** The rules of the filtered stream; null for all other sources. */
    @Nullable
    XRuleKeeper rules() {
        if (config.source() != Kind.X || !config.x().stream().equals(XStream.FILTERED)) {
            return null;
        }
        String language = config.x().language();
        return new XRuleKeeper(
                api(),
                config.x().rulesFile(),
                DefaultRules.text(),
                language.equals("any") ? "" : "lang:" + language,
                config.waitFactor());
    }

    @Nullable
    GapRefill refill(@Nullable XRuleKeeper rules) {
        return rules == null || !config.x().refill()
                ? null
                : new GapRefill(api(), rules, config.x().expansions(), config.waitFactor(), clock);
    }

    /**
     * Opens it where earlier runs left it.
     *
     * @param positions by input
     */
    TweetSource open(Map<String, SourcePosition> positions) throws IOException {
        SourcePosition live = positions.get(name());
        return switch (config.source()) {
            case X ->
                XStream.open(
                        config.x().url(),
                        config.x().stream(),
                        x(),
                        config.x().expansions(),
                        config.x().backfillMinutes(),
                        live == null || live.interval() == null
                                ? null
                                : live.interval().endedAt(),
                        config.waitFactor(),
                        network,
                        config.maxMessageBytes(),
                        clock);
            case X_SEARCH -> {
                SearchTweetSource.Search search = search();
                yield new SearchTweetSource(
                        api(),
                        search,
                        config.x().expansions(),
                        positions.get(search.name()),
                        config.waitFactor(),
                        clock);
            }
            case BLUESKY ->
                new JetstreamTweetSource(
                        config.bluesky().url(),
                        config.bluesky().collections(),
                        live,
                        config.waitFactor(),
                        network,
                        config.maxMessageBytes(),
                        clock);
            case MASTODON ->
                MastodonStream.open(
                        config.mastodon().url().orElseThrow(),
                        config.mastodon().stream(),
                        credentials(
                                config.mastodon().accessToken(),
                                config.mastodon().accessTokenFile()),
                        config.waitFactor(),
                        network,
                        config.maxMessageBytes(),
                        clock);
            case ARCHIVE ->
                new ArchiveTweetSource(
                        config.input().orElseThrow(),
                        positions,
                        Pace.of(config.rate()),
                        config.maxMessageBytes(),
                        clock);
        };
    }

    private SearchTweetSource.Search search() {
        IngestConfig.Search wanted = config.search();
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put(
                "query",
                wanted.query().orElseThrow()
                        + wanted.language().map(code -> " lang:" + code).orElse(""));
        wanted.since().ifPresent(since -> parameters.put("start_time", since.toString()));
        wanted.until().ifPresent(until -> parameters.put("end_time", until.toString()));
        return new SearchTweetSource.Search(
                wanted.archive(), parameters, wanted.archive() ? ARCHIVE_SEARCH_PAGE : SEARCH_PAGE, List.of(), false);
    }

    private XApi api() {
        return new XApi(config.x().url(), x(), network);
    }

    private Credentials x() {
        return credentials(config.x().bearerToken(), config.x().bearerTokenFile())
                .asPasswordOf(config.x().user());
    }

    private static Credentials credentials(Optional<Secret> token, Optional<Path> file) {
        return file.map(Credentials::bearer).orElseGet(() -> Credentials.bearer(token.orElseThrow()));
    }
}
