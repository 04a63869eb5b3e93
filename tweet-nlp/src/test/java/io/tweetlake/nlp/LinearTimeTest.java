package io.tweetlake.nlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessageParser;
import io.tweetlake.nlp.cleansing.HappySet;
import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.nlp.kit.HostileTexts;
import io.tweetlake.nlp.ner.CoreNlpEntityRecognizer;
import io.tweetlake.nlp.ner.EntityRecognizer;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * No text takes more than its length is worth. Processor time of the thread is what is measured, so that a busy machine
 * changes nothing; the least of several runs counts.
 */
class LinearTimeTest {
    /** The longest text that is cleansed; entities are looked for in a quarter of it. */
    private static final int LONG = 100_000;

    private static final int SHORT = LONG / 4;

    /** Four times the length takes at most so many times as long: 1.3 times faster growth than length's. */
    private static final double MAX_GROWTH = 1.3 * LONG / SHORT;

    /** Below it, what a clock's tick and a collection of garbage take decides. */
    private static final long NEGLIGIBLE_NANOS = 40_000_000;

    private static final long BOUND_NANOS = 250_000_000;
    private static final int RUNS = 3;
    private static final int TRIES = 3;

    private final TweetCleanser cleanser = new TweetCleanser(new HappySet(List.of(":)"), List.of("😀")));
    private final EntityRecognizer recognizer = CoreNlpEntityRecognizer.load();

    @Test
    void cleansingTakesTimeLinearInTheText() {
        assertThat(tooSlow(this::cleanseX)).isEmpty();
    }

    @Test
    void cleansingHtmlTakesTimeLinearInTheText() {
        assertThat(tooSlow(this::cleanseMastodon)).isEmpty();
    }

    @Test
    void recognisingTakesTimeLinearInTheText() {
        assertThat(tooSlow(text -> recognizer.recognize(text.substring(0, text.length() / 4))))
                .isEmpty();
    }

    @FunctionalInterface
    private interface Step {
        void take(String text) throws Exception;
    }

    private void cleanseX(String text) throws Exception {
        cleanse(Map.of("data", Map.of("id", "1212092628029698048", "text", text)));
    }

    private void cleanseMastodon(String text) throws Exception {
        cleanse(Map.of(
                "id",
                "1",
                "uri",
                "https://a/1",
                "created_at",
                "2026-08-02T05:25:16.840Z",
                "content",
                text,
                "account",
                Map.of("acct", "ann")));
    }

    private void cleanse(Map<String, Object> message) throws Exception {
        byte[] json = new ObjectMapper().writeValueAsString(message).getBytes(UTF_8);
        PostMessage post = (PostMessage) StreamMessageParser.parse(json);
        cleanser.cleanse(post.post(), Instant.EPOCH, "ai", new BronzeCoordinates("bronze.tweets.ai", 0, 0));
    }

    private Map<String, String> tooSlow(Step step) {
        Map<String, String> tooSlow = new TreeMap<>();
        for (String unit : HostileTexts.UNITS) {
            String text = HostileTexts.of(unit, LONG);
            // A machine that is busy with something else shows it once, a slow step always.
            String measured = measure(step, text);
            for (int again = 1; again < TRIES && !measured.isEmpty(); again++) {
                measured = measure(step, text);
            }
            if (!measured.isEmpty()) {
                tooSlow.put(unit, measured);
            }
        }
        return tooSlow;
    }

    /** Empty if it is in time. */
    private static String measure(Step step, String text) {
        long brief = least(step, text.substring(0, SHORT));
        long whole = least(step, text);
        boolean grows = whole > NEGLIGIBLE_NANOS && whole > MAX_GROWTH * Math.max(brief, NEGLIGIBLE_NANOS / 4);
        return grows || whole > BOUND_NANOS ? "%.1f ms, %.1f ms".formatted(brief / 1e6, whole / 1e6) : "";
    }

    private static long least(Step step, String text) {
        var threads = ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long start = threads.getCurrentThreadCpuTime();
            try {
                step.take(text);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            least = Math.min(least, threads.getCurrentThreadCpuTime() - start);
        }
        return least;
    }
}
