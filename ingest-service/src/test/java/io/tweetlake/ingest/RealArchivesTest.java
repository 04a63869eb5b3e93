package io.tweetlake.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tweetlake.ingest.source.ArchiveTweetSource;
import io.tweetlake.ingest.source.Delivery;
import io.tweetlake.ingest.source.Pace;
import io.tweetlake.ingest.source.TweetSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real captures of every kind; skipped where they are absent. */
class RealArchivesTest {
    private static final Path DATA = Path.of("../../shared/data");
    private static final Router ROUTER = new Router(KeywordMatcher.ofAiKeywords(), "x", 0);

    @ParameterizedTest
    @CsvSource({
        // input, posts, notices, dead letters
        "v1_spritzer_2013_2017,8290,949,0",
        "v1_notices,6,33,0",
        "v2_stream/twarc_filtered_stream_truncated.jsonl,7,0,1",
        "bluesky_jetstream/jetstream_v1_window_2026-07-04.jsonl.gz,17,135,0",
        "mastodon_streaming/rtoot_mastodonsocial.jsonl.gz,48,0,0",
    })
    void goToWhereTheyBelong(String input, long posts, long notices, long dead) throws Exception {
        Map<String, Long> counts = route(input);
        long tweets = counts.getOrDefault("bronze.tweets.ai", 0L) + counts.getOrDefault("bronze.tweets.generic", 0L);
        assertThat(List.of(
                        tweets,
                        counts.getOrDefault("bronze.notices", 0L),
                        counts.getOrDefault("dlq.ingest-service", 0L)))
                .as(counts.toString())
                .isEqualTo(List.of(posts, notices, dead));
    }

    /** Broken on purpose, or not made for machines: all of it ends somewhere. */
    @Test
    void neverBreak() throws Exception {
        for (String folder : List.of("v1_search_and_extended", "v1_stream_misc", "v1_sample_permissive")) {
            assertThat(route(folder)).as(folder).isNotEmpty();
        }
    }

    /** twarc's pages and its flattened form hold the same hundred tweets. */
    @Test
    void makeTheSamePostsOfAPageAndOfItsFlattenedForm() throws Exception {
        Map<String, Long> pages = route("v2_search_pages/twarc-csv/noflat.jsonl.gz");
        Map<String, Long> flattened = route("v2_search_pages/twarc-csv/flat.jsonl.gz");
        assertThat(pages).isEqualTo(flattened);
        assertThat(pages.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(100);
    }

    private static Map<String, Long> route(String path) throws Exception {
        Path input = DATA.resolve(path);
        assumeTrue(Files.exists(input), "no real messages at " + input);
        Map<String, Long> counts = new TreeMap<>();
        try (TweetSource source =
                new ArchiveTweetSource(List.of(input), Map.of(), Pace.of("max"), 8 << 20, InstantSource.system())) {
            while (!source.finished()) {
                if (source.poll(Duration.ofSeconds(1)) instanceof Delivery delivery
                        && (delivery.bytes().length > 0 || delivery.problem() != null)) {
                    for (ProducerRecord<String, byte[]> record :
                            ROUTER.route(delivery).records()) {
                        counts.merge(record.topic(), 1L, Long::sum);
                    }
                }
            }
        }
        return counts;
    }
}
