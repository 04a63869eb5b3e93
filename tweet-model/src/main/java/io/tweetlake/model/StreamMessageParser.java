package io.tweetlake.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what platforms and their archives deliver, one JSON object a message: X's v1.1 statuses in every form since
 * 2009, v2 stream messages under the old and the 2026 field names, v2 posts that stand alone and twarc's flattened
 * ones, Bluesky's Jetstream events in both formats and its views of a post, Mastodon's statuses and events, and the
 * notices of all of them. Unknown fields never hurt; an unknown kind of object is a notice of that kind.
 *
 * <p>Stateless and thread-safe. Sources: X's "Tweet data dictionary", "Streaming message types" and OpenAPI
 * 2.165–2.167; github.com/bluesky-social/jetstream; docs.joinmastodon.org.
 */
public final class StreamMessageParser {
    /** Ids are keys of topics and stores; the longest are addresses. */
    private static final int MAX_ID = 1_000;

    private StreamMessageParser() {}

    /**
     * @param message UTF-8
     * @throws MalformedMessageException if it is not one whole JSON object, or is a post without an id
     */
    public static StreamMessage parse(byte[] message) throws MalformedMessageException {
        return message(tree(MessageTree::read, message));
    }

    /**
     * The same, read only as far as to tell where the message belongs: a {@link PostMessage#post} cannot be asked for.
     *
     * @throws MalformedMessageException as {@link #parse}
     */
    public static StreamMessage parseForRouting(byte[] message) throws MalformedMessageException {
        StreamMessage read = message(tree(MessageTree::readForRouting, message));
        return read instanceof PostMessage post ? post.forRouting() : read;
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
            return isCompliance(data)
                    ? XNotices.read(data)
                    : isOtherThanPost(data) ? XNotices.read(root) : post(WirePostV2.message(root), Node.id(data, "id"));
        }
        if (WirePostV2.standsAlone(root)) {
            return post(WirePostV2.flattened(root), Node.id(root, "id"));
        }
        if (isStatus(root)) {
            return post(new WirePostV1(root), Node.id(root, "id"));
        }
        StreamMessage other = Node.firstNonNull(WirePostBluesky.read(root), WirePostMastodon.read(root));
        return other == null ? XNotices.read(root) : other;
    }

    @FunctionalInterface
    private interface Reader {
        JsonNode read(byte[] message) throws IOException;
    }

    private static JsonNode tree(Reader reader, byte[] message) throws MalformedMessageException {
        try {
            return reader.read(message);
        } catch (IOException notJson) {
            throw new MalformedMessageException("not valid JSON: " + notJson.getMessage());
        }
    }

    private static StreamMessage post(WirePost wire, @Nullable String id) throws MalformedMessageException {
        if (id == null) {
            throw new MalformedMessageException("a post without an id");
        }
        if (id.length() > MAX_ID) {
            throw new MalformedMessageException("a post whose id has " + id.length() + " characters");
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

    /** A user or a space. */
    private static boolean isOtherThanPost(JsonNode data) {
        return !data.path("text").isTextual() && (data.has("username") || data.has("host_ids"));
    }

    private static boolean isCompliance(JsonNode data) {
        return data.size() == 1 && !data.has("id") && !data.has("text");
    }
}
