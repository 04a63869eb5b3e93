package io.tweetlake.ingest.source;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches by search what the filtered stream did not deliver while it was not connected, rule by rule. Posts come out
 * of order, some seconds late: the bounds are the gap's times with a margin on both sides, and what comes twice is left
 * out by silver. Search and stream differ: search knows neither {@code sample:} nor {@code bio:} and no longer finds
 * retweets by keyword. Thread-safe.
 */
public final class GapRefill implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GapRefill.class);

    /** The stream delivers 99 of 100 posts within 7 s. */
    private static final Duration MARGIN = Duration.ofSeconds(30);

    /** Until then, the newest posts are not in the index. */
    private static final Duration DELAY = Duration.ofSeconds(60);

    /** As far back as the search of recent posts goes, with something to spare. */
    private static final Duration REACH = Duration.ofDays(7).minusMinutes(5);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration QUERY_GAP = Duration.ofSeconds(1);
    private static final int PAGE_SIZE = 100;

    private final XApi api;
    private final XRuleKeeper rules;
    private final boolean expansions;
    private final double scale;
    private final InstantSource clock;
    private final BlockingQueue<Waiting> gaps = new LinkedBlockingQueue<>();
    private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>(2);
    private final Thread thread = new Thread(this::run, "refill");
    private volatile Instant heldUntil = Instant.MIN;

    private record Waiting(OpenGap gap, long notBefore) {}

    /**
     * A page of what a gap had kept back, or its end.
     *
     * @param page null at the end
     * @param how at the end, what was done and what could not be
     */
    public record Part(OpenGap gap, @Nullable Delivery page, String how) {}

    public GapRefill(XApi api, XRuleKeeper rules, boolean expansions, double scale, InstantSource clock) {
        this.api = api;
        this.rules = rules;
        this.expansions = expansions;
        this.scale = scale;
        this.clock = clock;
        thread.setDaemon(true);
        thread.start();
    }

    /** Asks for a gap to be filled. */
    public void fill(OpenGap gap) {
        long delay = ConnectionPolicy.scaled(DELAY, scale).toNanos();
        gaps.add(new Waiting(gap, System.nanoTime() + delay));
    }

    /** Makes no request before this moment. */
    public void holdUntil(Instant moment) {
        heldUntil = moment;
    }

    /** The next part, or null if there is none yet. */
    public @Nullable Part poll() {
        return parts.poll();
    }

    private void run() {
        try {
            while (true) {
                Waiting next = gaps.take();
                TimeUnit.NANOSECONDS.sleep(Math.max(0, next.notBefore - System.nanoTime()));
                fetch(next.gap);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fetch(OpenGap gap) throws InterruptedException {
        int refused = 0;
        for (Map.Entry<String, List<String>> tag : rules.queries().entrySet()) {
            for (String query : tag.getValue()) {
                try {
                    fetch(gap, tag.getKey(), query);
                } catch (IOException | RuntimeException e) {
                    refused++;
                    log.error("what the rule {} missed cannot be searched for: {}", query, e.getMessage());
                }
                TimeUnit.NANOSECONDS.sleep(
                        ConnectionPolicy.scaled(QUERY_GAP, scale).toNanos());
            }
        }
        parts.put(new Part(gap, null, refused == 0 ? "search" : "search, which refuses " + refused + " of the rules"));
    }

    private void fetch(OpenGap gap, String tag, String query) throws IOException, InterruptedException {
        Duration margin = ConnectionPolicy.scaled(MARGIN, scale);
        Instant earliest = clock.instant().minus(REACH);
        Instant from = gap.interval().startedAt().minus(margin);
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("query", query);
        parameters.put("start_time", seconds(from.isBefore(earliest) ? earliest : from));
        parameters.put("end_time", seconds(gap.interval().endedAt().plus(margin).plusSeconds(1)));
        SearchTweetSource.Search search =
                new SearchTweetSource.Search(false, parameters, PAGE_SIZE, List.of(tag), true);
        try (SearchTweetSource pages = new SearchTweetSource(api, search, expansions, null, scale, clock)) {
            while (!pages.finished()) {
                Instant held = heldUntil;
                if (clock.instant().isBefore(held)) {
                    pages.holdUntil(held, "");
                }
                Delivery page = pages.poll(POLL);
                if (page != null) {
                    parts.put(new Part(gap, withoutPosition(page), ""));
                }
            }
        }
    }

    private static String seconds(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A refill that is cut short is begun again by the next process: the gap's own position says so. */
    private static Delivery withoutPosition(Delivery page) {
        return new Delivery(
                page.bytes(), page.receivedAt(), page.connection(), null, null, page.rules(), page.refilled());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
