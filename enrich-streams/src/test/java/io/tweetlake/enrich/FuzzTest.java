package io.tweetlake.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessage;
import io.tweetlake.model.StreamMessageParser;
import io.tweetlake.model.Tweet;
import io.tweetlake.nlp.cleansing.HappySet;
import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.nlp.kit.HostileTexts;
import io.tweetlake.nlp.ner.CoreNlpEntityRecognizer;
import io.tweetlake.nlp.ner.EntityRecognizer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Each message has an outcome, a tweet or a cause, within a quarter of a second of processor time: parsed, cleansed,
 * its hashtags keyed, its entities found. {@code -Dfuzz.messages=N} takes N of them from {@code -Dfuzz.seed} on; a
 * finding names its seed.
 */
class FuzzTest {
    private static final long FIRST = Long.getLong("fuzz.seed", 0);
    private static final int INPUTS = Integer.getInteger("fuzz.messages", 20_000);
    private static final long BOUND_NANOS = 250_000_000;
    private static final int TRIES = 3;
    private static final int MAX_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant RECEIVED = Instant.parse("2026-01-01T00:00:00Z");
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final TweetCleanser cleanser = new TweetCleanser(new HappySet(List.of(":)"), List.of("😀")));
    private final EntityRecognizer recognizer = CoreNlpEntityRecognizer.load();
    private long tweets;

    @Test
    void eachMessageHasAnOutcomeInTime() {
        List<String> findings = new ArrayList<>();
        long slowest = 0;
        long slowestSeed = 0;
        for (long seed = FIRST; seed < FIRST + INPUTS && findings.size() < 20; seed++) {
            byte[] message = new HostileMessages(seed).next();
            long took = took(message, "seed " + seed, findings);
            slowestSeed = took > slowest ? seed : slowestSeed;
            slowest = Math.max(slowest, took);
        }
        System.out.printf(
                "seeds %d to %d: %d tweets, the slowest %.1f ms (seed %d)%n",
                FIRST, FIRST + INPUTS - 1, tweets, slowest / 1e6, slowestSeed);
        assertThat(findings).isEmpty();
        assertThat(tweets).isGreaterThan(INPUTS / 10);
    }

    @Test
    void theLongestMessagesHaveAnOutcomeInTime() throws Exception {
        List<String> findings = new ArrayList<>();
        for (String unit : HostileTexts.UNITS) {
            for (int length : new int[] {1_000, 10_000, 100_000, MAX_BYTES}) {
                Map<String, Object> post = new LinkedHashMap<>();
                post.put("id", "1212092628029698048");
                post.put("text", HostileTexts.of(unit, length));
                post.put("note", "");
                int rest = MAX_BYTES - JSON.writeValueAsBytes(Map.of("data", post)).length;
                post.put("note", "x".repeat(Math.max(0, rest)));
                byte[] message = JSON.writeValueAsBytes(Map.of("data", post));
                took(message, unit + " up to " + length, findings);
            }
        }
        assertThat(findings).isEmpty();
    }

    /** The processor time of a message in nanoseconds; what breaks, or takes too long, is a finding. */
    private long took(byte[] message, String name, List<String> findings) {
        long took = Long.MAX_VALUE;
        // A collection of garbage, or the compiler, may fall into one of them.
        for (int run = 0; run < TRIES && took > BOUND_NANOS; run++) {
            long start = THREADS.getCurrentThreadCpuTime();
            try {
                tweets += isTweet(message) && run == 0 ? 1 : 0;
            } catch (RuntimeException | StackOverflowError broken) {
                findings.add(name + ": " + broken);
            }
            took = Math.min(took, THREADS.getCurrentThreadCpuTime() - start);
        }
        if (took > BOUND_NANOS) {
            findings.add(name + ": " + took / 1_000_000 + " ms");
        }
        return took;
    }

    private boolean isTweet(byte[] message) {
        try {
            PostBounds.check(message);
            StreamMessage read = StreamMessageParser.parse(message);
            if (!(read instanceof PostMessage post)) {
                return false;
            }
            PostBounds.check(post.post(), RECEIVED);
            Tweet tweet =
                    cleanser.cleanse(post.post(), RECEIVED, "ai", new BronzeCoordinates("bronze.tweets.ai", 0, 0));
            if (recognizer.knows(String.valueOf(tweet.post().lang()))) {
                recognizer.recognize(tweet.post().text());
            }
            return true;
        } catch (MalformedMessageException cause) {
            return false;
        }
    }
}
