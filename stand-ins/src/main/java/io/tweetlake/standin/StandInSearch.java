package io.tweetlake.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /2/tweets/search/recent} and {@code /all} over the posts that a stand-in has written: newest first, in pages.
 * A query that is a rule's value finds what that rule matched, any other one finds everything.
 */
final class StandInSearch {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long SNOWFLAKE_EPOCH_MILLIS = 1_288_834_974_657L;

    private StandInSearch() {}

    static void answer(HttpExchange exchange, MessageLog log, StandInRules rules) throws IOException {
        HttpRequest request = exchange.request();
        String tag = rules.tagOf(request.parameter("query", ""));
        long since = idAt(request.parameter("start_time", "2006-01-01T00:00:00Z"));
        long until = idAt(request.parameter("end_time", "2070-01-01T00:00:00Z"));
        List<JsonNode> found = new ArrayList<>();
        for (String message : log.from(0)) {
            JsonNode post = JSON.readTree(message);
            long id = post.path("data").path("id").asLong(0);
            if (id >= since && id < until && matches(post, tag)) {
                found.add(post);
            }
        }
        found.sort(Comparator.comparingLong(
                        (JsonNode post) -> post.path("data").path("id").asLong())
                .reversed());
        int from = Integer.parseInt(request.parameter("next_token", "0"));
        int to = Math.min(found.size(), from + Integer.parseInt(request.parameter("max_results", "10")));
        exchange.respond(200, page(found, Math.min(from, to), to).toString());
    }

    /** The first id of a moment; posts hold their time in their ids. */
    private static long idAt(String moment) {
        return Math.max(0, Instant.parse(moment).toEpochMilli() - SNOWFLAKE_EPOCH_MILLIS) << 22;
    }

    private static boolean matches(JsonNode post, @Nullable String tag) {
        if (tag == null) {
            return true;
        }
        for (JsonNode rule : post.path("matching_rules")) {
            if (rule.path("tag").asText().equals(tag)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode page(List<JsonNode> found, int from, int to) {
        ObjectNode page = JSON.createObjectNode();
        ArrayNode data = JSON.createArrayNode();
        ObjectNode includes = JSON.createObjectNode();
        for (JsonNode post : found.subList(from, to)) {
            data.add(post.path("data"));
            post.path("includes").properties().forEach(kind -> {
                ArrayNode all = includes.withArray(kind.getKey());
                kind.getValue().forEach(all::add);
            });
        }
        if (!data.isEmpty()) {
            page.set("data", data);
            page.set("includes", includes);
        }
        ObjectNode meta = page.putObject("meta").put("result_count", to - from);
        if (to < found.size()) {
            meta.put("next_token", String.valueOf(to));
        }
        return page;
    }
}
