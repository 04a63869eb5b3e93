package io.tweetlake.nlp.cleansing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tweetlake.model.Entity;
import io.tweetlake.model.Marks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The platform's own extraction suite, {@code extract.json} of twitter-text. */
class TwitterTextConformanceTest {
    private static final Path SUITE = Path.of("../../shared/data/twitter_text_conformance/extract.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a tweet does not keep, so that there is nothing to compare. */
    private static final Map<String, String> NOT_KEPT = Map.of(
            "mentions_or_lists_with_indices", "a list is no mention, and a tweet keeps none",
            "replies", "who is answered is delivered with the post, not read off its text");

    private static final Map<String, Function<Marks, JsonNode>> GROUPS = Map.ofEntries(
            Map.entry("mentions", marks -> list(marks.mentions())),
            Map.entry("mentions_with_indices", marks -> spans(marks, Entity.MENTION, "screen_name", 1)),
            Map.entry("urls", marks -> list(marks.urls())),
            Map.entry("urls_with_indices", marks -> spans(marks, Entity.URL, "url", 0)),
            Map.entry("urls_with_directional_markers", marks -> spans(marks, Entity.URL, "url", 0)),
            Map.entry("tco_urls_with_params", marks -> list(marks.urls())),
            Map.entry("hashtags", marks -> list(marks.hashtags())),
            Map.entry("hashtags_from_astral", marks -> list(marks.hashtags())),
            Map.entry("hashtags_with_indices", marks -> spans(marks, Entity.HASHTAG, "hashtag", 1)),
            Map.entry("cashtags", marks -> list(marks.cashtags())),
            Map.entry("cashtags_with_indices", marks -> spans(marks, Entity.CASHTAG, "cashtag", 1)));

    @Test
    void extractsWhatThePlatformExtracts() throws Exception {
        assumeTrue(Files.exists(SUITE), "no conformance suite at " + SUITE);
        JsonNode tests = JSON.readTree(Files.readAllBytes(SUITE)).path("tests");
        List<String> failures = new ArrayList<>();
        int compared = 0;
        for (Map.Entry<String, JsonNode> group : tests.properties()) {
            if (NOT_KEPT.containsKey(group.getKey())) {
                continue;
            }
            Function<Marks, JsonNode> actual = GROUPS.get(group.getKey());
            assertThat(actual).as("a group of the suite: " + group.getKey()).isNotNull();
            for (JsonNode test : group.getValue()) {
                String text = test.path("text").textValue();
                JsonNode found = actual.apply(new MarkExtractor().extract(text));
                compared++;
                if (!found.equals(test.path("expected"))) {
                    failures.add(
                            group.getKey() + ": " + test.path("description").textValue() + ": " + found);
                }
            }
        }
        assertThat(compared).isGreaterThan(200);
        assertThat(failures).isEmpty();
    }

    @Test
    void takesAListForNoMention() throws Exception {
        assumeTrue(Files.exists(SUITE), "no conformance suite at " + SUITE);
        JsonNode tests = JSON.readTree(Files.readAllBytes(SUITE)).path("tests");
        for (JsonNode test : tests.path("mentions_or_lists_with_indices")) {
            List<String> mentioned = new ArrayList<>();
            test.path("expected").forEach(found -> {
                if (found.path("list_slug").textValue().isEmpty()) {
                    mentioned.add(found.path("screen_name").textValue());
                }
            });
            assertThat(new MarkExtractor()
                            .extract(test.path("text").textValue())
                            .mentions())
                    .isEqualTo(mentioned);
        }
    }

    private static JsonNode list(List<String> values) {
        return JSON.valueToTree(values);
    }

    private static JsonNode spans(Marks marks, String type, String name, int sign) {
        ArrayNode list = JSON.createArrayNode();
        for (Entity span : marks.spans()) {
            if (span.type().equals(type)) {
                ObjectNode item = list.addObject().put(name, span.text().substring(sign));
                item.putArray("indices").add(span.start()).add(span.end());
            }
        }
        return list;
    }
}
