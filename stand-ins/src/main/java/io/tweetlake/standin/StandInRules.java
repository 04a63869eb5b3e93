package io.tweetlake.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /2/tweets/search/stream/rules}: list, add, delete, and all of it as a dry run. Thread-safe. */
final class StandInRules {
    private static final int MAX_LENGTH = 1_024;
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, Rule> rules = new LinkedHashMap<>();
    private long sequence = 1_000;

    private record Rule(String value, String tag) {}

    synchronized List<String> described() {
        return rules.values().stream().map(rule -> rule.tag + ": " + rule.value).toList();
    }

    /** The tag of the rule with this value. */
    synchronized @Nullable String tagOf(String value) {
        return rules.values().stream()
                .filter(rule -> rule.value.equals(value))
                .map(Rule::tag)
                .findFirst()
                .orElse(null);
    }

    synchronized void answer(HttpExchange exchange) throws IOException {
        boolean dryRun = exchange.request().parameter("dry_run", "false").equals("true");
        ObjectNode answer = JSON.createObjectNode();
        if (exchange.request().method().equals("GET")) {
            list(answer);
            exchange.respond(200, answer.toString());
            return;
        }
        JsonNode change = JSON.readTree(exchange.request().body());
        if (change.has("add")) {
            boolean valid = add(change.path("add"), dryRun, answer);
            exchange.respond(valid ? 201 : 400, answer.toString());
        } else {
            int deleted = 0;
            for (JsonNode id : change.path("delete").path("ids")) {
                boolean known = dryRun ? rules.containsKey(id.asText()) : rules.remove(id.asText()) != null;
                deleted += known ? 1 : 0;
            }
            answer.putObject("meta")
                    .putObject("summary")
                    .put("deleted", deleted)
                    .put("not_deleted", 0);
            exchange.respond(200, answer.toString());
        }
    }

    private void list(ObjectNode answer) {
        ArrayNode data = answer.putArray("data");
        rules.forEach((id, rule) ->
                data.addObject().put("id", id).put("value", rule.value).put("tag", rule.tag));
        answer.putObject("meta").put("result_count", rules.size());
    }

    private boolean add(JsonNode added, boolean dryRun, ObjectNode answer) {
        ArrayNode errors = JSON.createArrayNode();
        ArrayNode data = answer.putArray("data");
        for (JsonNode rule : added) {
            String problem = problem(rule.path("value").asText());
            if (problem != null) {
                errors.addObject()
                        .put("value", rule.path("value").asText())
                        .put("title", "UnprocessableEntity")
                        .put("type", "https://api.x.com/2/problems/invalid-rules")
                        .putArray("details")
                        .add(problem);
            }
        }
        if (!errors.isEmpty()) {
            answer.set("errors", errors);
            return false;
        }
        for (JsonNode rule : added) {
            String id = String.valueOf(sequence++);
            data.addObject().put("id", id).put("value", rule.path("value").asText());
            if (!dryRun) {
                rules.put(
                        id,
                        new Rule(rule.path("value").asText(), rule.path("tag").asText("")));
            }
        }
        return true;
    }

    private static @Nullable String problem(String value) {
        long quotes = value.chars().filter(character -> character == '"').count();
        int depth = 0;
        for (int i = 0; i < value.length() && depth >= 0; i++) {
            depth += value.charAt(i) == '(' ? 1 : value.charAt(i) == ')' ? -1 : 0;
        }
        if (quotes % 2 != 0 || depth != 0) {
            return "missing or unbalanced quotes or parentheses";
        }
        return value.length() > MAX_LENGTH ? "Rule length: " + value.length() + ", maximum: " + MAX_LENGTH : null;
    }
}
