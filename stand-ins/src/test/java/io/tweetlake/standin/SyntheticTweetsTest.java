package io.tweetlake.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tweetlake.model.Notice;
import io.tweetlake.model.Post;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessage;
import io.tweetlake.model.StreamMessageParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyntheticTweetsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int COUNT = 10_000;

    @Test
    void theSameSeedGivesTheSameStream() {
        assertThat(messages(7)).isEqualTo(messages(7)).isNotEqualTo(messages(8));
    }

    @Test
    void hasTheProportionsOfARealStream() throws Exception {
        Set<String> ids = new HashSet<>();
        Map<String, Integer> originals = new HashMap<>();
        Map<String, Integer> hashtags = new HashMap<>();
        int posts = 0;
        int deletes = 0;
        int english = 0;
        int ai = 0;
        int repeated = 0;
        for (String message : messages(1)) {
            StreamMessage parsed = StreamMessageParser.parse(message.getBytes(StandardCharsets.UTF_8));
            if (parsed instanceof Notice) {
                deletes++;
                continue;
            }
            Post post = ((PostMessage) parsed).post();
            posts++;
            repeated += ids.add(post.id()) ? 0 : 1;
            english += post.lang().equals("en") ? 1 : 0;
            ai += post.matchedRules().contains("ai") ? 1 : 0;
            if (post.references().repostOf() != null) {
                originals.merge(post.references().repostOf(), 1, Integer::sum);
            }
            post.marks().hashtags().forEach(tag -> hashtags.merge(tag, 1, Integer::sum));
        }
        int retweets = originals.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(deletes / (double) COUNT).isCloseTo(0.03, within(0.01));
        assertThat(repeated / (double) COUNT).isCloseTo(0.005, within(0.003));
        assertThat(retweets / (double) posts).isCloseTo(0.5, within(0.05));
        assertThat(english / (double) posts).isCloseTo(0.6, within(0.08));
        assertThat(ai / (double) posts).isCloseTo(0.3, within(0.08));
        assertThat(Collections.max(originals.values())).as("a cascade").isGreaterThan(20);
        int top = Collections.max(hashtags.values());
        int all = hashtags.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(top / (double) all).as("the most frequent hashtag").isBetween(0.08, 0.4);
    }

    private static List<String> messages(long seed) {
        SyntheticTweets tweets = new SyntheticTweets(seed);
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            messages.add(tweets.next(START.plusMillis(20L * i)));
        }
        return messages;
    }
}
