package io.tweetlake.ingest.source;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
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
 * Fetches by search what the filtered stream did not deliver while it was not connected, rule by rule, from the last
 * post before the gap to the first one after it. Search and stream differ: search knows neither {@code sample:} nor
 * {@code bio:} and no longer finds retweets by keyword. Thread-safe.
 */
public final class GapRefill implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GapRefill.class);

    /** Until then, the newest posts are not in the index. */
    private static final Duration DELAY = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int PAGE_SIZE = 100;

    private final XApi api;
    private final XRuleKeeper rules;
    private final boolean expansions;
    private final double scale;
    private final InstantSource clock;
    private final BlockingQueue<Waiting> gaps = new LinkedBlockingQueue<>();
    private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>(2);
    private final Thread thread = new Thread(this::run, "refill");

    private record Waiting(OpenGap gap, long notBefore) {}

    /**
     * A page of what a gap had kept back, or its end.
     *
     * @param page null at the end
     */
    public record Part(OpenGap gap, @Nullable Delivery page) {}

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

    /** The next part, or null if there is none yet. */
    public @Nullable Part poll() {
        return parts.poll();
    }

    private void run() {
        try {
            while (true) {
                Waiting next = gaps.take();
                TimeUnit.NANOSECONDS.sleep(Math.max(0, next.notBefore - System.nanoTime()));
                try {
                    fetch(next.gap);
                    parts.put(new Part(next.gap, null));
                } catch (IOException e) {
                    log.error("a gap stays open until the next start: {}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fetch(OpenGap gap) throws IOException, InterruptedException {
        for (Map.Entry<String, List<String>> tag : rules.queries().entrySet()) {
            for (String query : tag.getValue()) {
                Map<String, String> parameters = new LinkedHashMap<>();
                parameters.put("query", query);
                if (gap.interval().lastPostId() == null) {
                    parameters.put("start_time", gap.interval().startedAt().toString());
                } else {
                    parameters.put("since_id", gap.interval().lastPostId());
                }
                parameters.put("until_id", gap.firstPostId());
                SearchTweetSource.Search search =
                        new SearchTweetSource.Search(false, parameters, PAGE_SIZE, List.of(tag.getKey()), true);
                try (SearchTweetSource pages = new SearchTweetSource(api, search, expansions, null, scale, clock)) {
                    while (!pages.finished()) {
                        Delivery page = pages.poll(POLL);
                        if (page != null) {
                            parts.put(new Part(gap, withoutPosition(page)));
                        }
                    }
                }
            }
        }
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
