package io.tweetlake.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what X and its archives deliver, one JSON object a message: v1.1 statuses in every form since 2009, v2 stream
 * messages under the old and the 2026 field names, and notices. Unknown fields never hurt; an unknown kind of object is
 * a {@link Notice.Other}.
 *
 * <p>Stateless and thread-safe. Sources: the platform's "Tweet data dictionary", "Streaming message types" and OpenAPI
 * 2.165–2.167.
 */
public final class StreamMessageParser {
    private StreamMessageParser() {}

    /**
     * @param message UTF-8
     * @throws MalformedMessageException if it is not one whole JSON object, or is a post without an id
     */
    public static StreamMessage parse(byte[] message) throws MalformedMessageException {
        return message(tree(message));
    }

    /** The message that a tree holds. */
    static StreamMessage message(JsonNode root) throws MalformedMessageException {
        if (!root.isObject()) {
            throw new MalformedMessageException("not a JSON object");
        }
        JsonNode data = root.path("data");
        if (data.isArray()) {
            throw new MalformedMessageException("a response page with a list of posts, not a stream message");
        }
        if (data.isObject()) {
            return isCompliance(data) ? notice(data) : post(new WirePostV2(root), Node.id(data, "id"));
        }
        if (isStatus(root)) {
            return post(new WirePostV1(root), Node.id(root, "id"));
        }
        return notice(root);
    }

    private static JsonNode tree(byte[] message) throws MalformedMessageException {
        try {
            return MessageTree.read(message);
        } catch (IOException notJson) {
            String problem =
                    notJson instanceof JsonProcessingException json ? json.getOriginalMessage() : notJson.getMessage();
            // The parser's message may quote the input.
            throw new MalformedMessageException("not valid JSON: " + firstWords(problem));
        }
    }

    private static String firstWords(@Nullable String problem) {
        if (problem == null) {
            return "unreadable";
        }
        int quote = problem.indexOf('\'');
        int end = quote < 0 ? problem.length() : quote;
        return problem.substring(0, Math.min(end, 80)).strip();
    }

    private static StreamMessage post(WirePost wire, @Nullable String id) throws MalformedMessageException {
        if (id == null) {
            throw new MalformedMessageException("a post without an id");
        }
        return new PostMessage(wire, id);
    }

    /** A field may be missing in a broken status; a notice has neither text nor user. */
    private static boolean isStatus(JsonNode root) {
        boolean hasText =
                root.path("text").isTextual() || root.path("full_text").isTextual();
        boolean hasId = Node.id(root, "id") != null;
        boolean hasUser = root.path("user").isObject();
        return (hasText && (hasId || hasUser)) || (hasId && hasUser);
    }

    private static boolean isCompliance(JsonNode data) {
        return data.size() == 1 && !data.has("id") && !data.has("text");
    }

    private static Notice notice(JsonNode root) {
        Iterator<String> names = root.fieldNames();
        String kind = names.hasNext() ? names.next() : "empty";
        JsonNode body = root.path(kind);
        Notice known =
                switch (kind) {
                    case "delete" -> delete(body);
                    case "scrub_geo" -> scrubGeo(body);
                    case "limit" -> limit(body);
                    case "status_withheld" ->
                        new Notice.Withheld(Node.id(body, "id"), Node.id(body, "user_id"), countries(body));
                    case "user_withheld" ->
                        new Notice.Withheld(
                                null,
                                Node.firstNonNull(Node.id(body, "id"), Node.id(body.path("user"), "id")),
                                countries(body));
                    case "withheld" ->
                        new Notice.Withheld(Node.id(Node.first(body, "tweet", "post"), "id"), null, countries(body));
                    case "disconnect" -> new Notice.Disconnect(Node.number(body, "code"), Node.text(body, "reason"));
                    case "errors" -> errors(body.path(0));
                    default -> null;
                };
        if (known != null) {
            return known;
        }
        // A problem body without its envelope, as the platform sends it when it refuses a connection.
        return root.has("title") && root.has("type") ? errors(root) : new Notice.Other(kind);
    }

    private static @Nullable Notice delete(JsonNode body) {
        JsonNode post = Node.first(body, "status", "tweet", "post");
        if (post.isMissingNode()) {
            post = body;
        }
        String id = Node.id(post, "id");
        return id == null
                ? null
                : new Notice.Delete(id, Node.firstNonNull(Node.id(post, "user_id"), Node.id(post, "author_id")));
    }

    private static @Nullable Notice scrubGeo(JsonNode body) {
        String user = Node.firstNonNull(Node.id(body, "user_id"), Node.id(body.path("user"), "id"));
        return user == null
                ? null
                : new Notice.ScrubGeo(
                        user, Node.firstNonNull(Node.id(body, "up_to_status_id"), Node.id(body, "up_to_tweet_id")));
    }

    private static @Nullable Notice limit(JsonNode body) {
        Long undelivered = Node.number(body, "track");
        return undelivered == null ? null : new Notice.Limit(undelivered);
    }

    private static Notice errors(JsonNode problem) {
        return new Notice.Errors(
                Node.text(problem, "title"), Node.text(problem, "detail"), Node.text(problem, "disconnect_type"));
    }

    private static List<String> countries(JsonNode body) {
        return Node.texts(body.path("withheld_in_countries"));
    }
}
