package io.tweetlake.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
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

    private StandInSearch() {}

    static void answer(HttpExchange exchange, MessageLog log, StandInRules rules) throws IOException {
        HttpRequest request = exchange.request();
        String tag = rules.tagOf(request.parameter("query", ""));
        long since = Long.parseLong(request.parameter("since_id", "0"));
        long until = Long.parseLong(request.parameter("until_id", String.valueOf(Long.MAX_VALUE)));
        List<JsonNode> found = new ArrayList<>();
        for (String message : log.from(0)) {
            JsonNode post = JSON.readTree(message);
            long id = post.path("data").path("id").asLong(0);
            if (id > since && id < until && matches(post, tag)) {
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
