package io.tweetlake.ingest.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.tweetlake.model.SourcePosition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A search of X, page by page, newest first; each page is one delivery, whose position is the token of the next one. It
 * keeps to the rate limits that X tells, and to one request a second. Source: docs.x.com, "Search Posts".
 */
public final class SearchTweetSource implements TweetSource {
    private static final Logger log = LoggerFactory.getLogger(SearchTweetSource.class);
    private static final Duration REQUEST_GAP = Duration.ofSeconds(1);
    private static final String NEXT = "next_token";

    private final XApi api;
    private final Search search;
    private final String input;
    private final double scale;
    private final InstantSource clock;
    private final ConnectionPolicy policy;
    private @Nullable String token;
    private long notBefore = System.nanoTime();
    private long pages;
    private int failures;
    private volatile boolean finished;
    private volatile boolean closed;
    private volatile boolean ready;

    /**
     * What is searched.
     *
     * @param archive all posts since 2006 instead of the last seven days
     * @param parameters {@code query}, and the bounds {@code start_time} and {@code end_time}
     * @param pageSize posts a request
     * @param rules what its posts count as matched
     * @param refills whether it fills a gap
     */
    public record Search(
            boolean archive, Map<String, String> parameters, int pageSize, List<String> rules, boolean refills) {
        public Search {
            parameters = new LinkedHashMap<>(parameters);
            rules = List.copyOf(rules);
        }

        /** Stable between runs: the same search goes on where it stopped. */
        public String name() {
            return "x-search " + (archive ? "all " : "recent ") + parameters;
        }
    }

    /** @param position of an earlier run of the same search, or null */
    public SearchTweetSource(
            XApi api,
            Search search,
            boolean expansions,
            @Nullable SourcePosition position,
            double scale,
            InstantSource clock) {
        this.api = api;
        this.input = search.name();
        this.search = search;
        search.parameters().putAll(XStream.fields(expansions));
        search.parameters().put("max_results", String.valueOf(search.pageSize()));
        this.scale = scale;
        this.policy = ConnectionPolicy.standard().scaled(scale);
        this.clock = clock;
        this.token = position == null ? null : position.cursor();
        this.finished = position != null && position.complete();
        if (finished) {
            log.info("{} has been read to its end", input);
        } else if (token != null) {
            log.info("going on with {}", input);
        }
    }

    /**
     * The next page.
     *
     * @throws IOException if X refuses the search
     */
    @Override
    public @Nullable Delivery poll(Duration atMost) throws IOException, InterruptedException {
        if (finished || closed) {
            return null;
        }
        long wait = notBefore - System.nanoTime();
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(Math.min(wait, atMost.toNanos()));
            if (wait > atMost.toNanos()) {
                return null;
            }
        }
        notBefore =
                System.nanoTime() + ConnectionPolicy.scaled(REQUEST_GAP, scale).toNanos();
        Map<String, String> query = new LinkedHashMap<>(search.parameters());
        if (token != null) {
            query.put(NEXT, token);
        }
        XApi.Response response;
        try {
            response = api.get("/2/tweets/search/" + (search.archive() ? "all" : "recent"), query);
        } catch (IOException unreachable) {
            log.warn("cannot search: {}", unreachable.toString());
            later(policy.networkStep().multipliedBy(++failures), policy.networkMost());
            return null;
        }
        if (response.answer().isOk() && response.json().path("meta").isObject()) {
            return page(response);
        }
        ready = false;
        wait(response.answer());
        return null;
    }

    private Delivery page(XApi.Response response) throws IOException {
        ready = true;
        failures = 0;
        pages++;
        JsonNode meta = response.json().path("meta");
        token = meta.path(NEXT).textValue();
        finished = token == null;
        if (finished) {
            log.info("{}: {} pages, all there are", input, pages);
        }
        return new Delivery(
                meta.path("result_count").asInt(1) == 0 ? new byte[0] : response.body(),
                clock.instant(),
                (search.refills() ? "refill-" : "search-") + pages,
                SourcePosition.cursor(input, token, finished),
                null,
                search.rules(),
                search.refills());
    }

    private void wait(Answer answer) throws IOException {
        if (answer.isRateLimit()) {
            Instant now = clock.instant();
            later(answer.wait(now).orElse(doubled(policy.limitFirst())), policy.limitMost());
        } else if (answer.isRefusal() && !search.refills()) {
            later(policy.refused(), policy.refused());
        } else if (answer.status() >= 500 || answer.isOk()) {
            later(doubled(policy.errorFirst()), policy.errorMost());
        } else {
            throw new IOException("X refuses the search: " + answer.says());
        }
        log.warn("cannot search for now: {}", answer.says());
    }

    private Duration doubled(Duration first) {
        return first.multipliedBy(1L << Math.min(10, failures++));
    }

    private void later(Duration wait, Duration most) {
        notBefore = System.nanoTime() + Math.min(wait.toNanos(), most.toNanos());
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public void holdUntil(Instant moment, String cause) {
        later(Duration.between(clock.instant(), moment), Duration.ofDays(40));
    }

    @Override
    public void close() {
        closed = true;
    }
}
