package io.tweetlake.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A v2 stream message, {@code data} with {@code includes} and {@code matching_rules}. In August 2026 the platform
 * renamed "tweet" to "post" in its field names, not everywhere at once: both names are read.
 */
final class WirePostV2 extends WirePost {
    /** A post of this format has one of these and no status has. */
    private static final List<String> FIELDS = List.of(
            "author_id",
            "edit_history_tweet_ids",
            "edit_history_post_ids",
            "public_metrics",
            "referenced_tweets",
            "referenced_posts",
            "note_tweet",
            "note_post",
            "conversation_id");

    /** More than any post has; each is looked for among what is included. */
    private static final int MAX_MEDIA = 100;

    private final JsonNode envelope;
    private final JsonNode data;
    private final JsonNode includes;

    /** The post whose words these are: a repost's own text is cut. */
    private final JsonNode original;

    private final JsonNode body;

    private WirePostV2(JsonNode envelope, JsonNode data, JsonNode includes) {
        this.envelope = envelope;
        this.data = data;
        this.includes = includes;
        this.original = original();
        JsonNode note = Node.first(original, "note_tweet", "note_post");
        this.body = Node.text(note, "text") == null ? original : note;
    }

    static WirePostV2 message(JsonNode envelope) {
        return new WirePostV2(envelope, envelope.path("data"), envelope.path("includes"));
    }

    /**
     * Whether a post stands alone, as {@code data} of a page does, or with what it refers to written into it, as
     * twarc's {@code flatten} leaves it. The platform gives its author only where that was asked for.
     */
    static boolean standsAlone(JsonNode root) {
        if (root.has("user") || Node.id(root, "id") == null) {
            return false;
        }
        return root.path("author").isObject()
                || FIELDS.stream().anyMatch(root::has)
                || root.path("entities").path("hashtags").path(0).has("tag")
                || (isoTime(Node.text(root, "created_at")) != null
                        && root.path("text").isTextual());
    }

    static WirePostV2 flattened(JsonNode post) {
        ObjectNode includes = JsonNodeFactory.instance.objectNode();
        ArrayNode media = includes.putArray("media");
        media.addAll(list(post.path("attachments").path("media")));
        ArrayNode posts = includes.putArray("posts");
        for (JsonNode referenced : Node.first(post, "referenced_tweets", "referenced_posts")) {
            if (referenced.path("text").isTextual()) {
                posts.add(referenced);
                media.addAll(list(referenced.path("attachments").path("media")));
            }
        }
        includes.putArray("users").add(post.path("author"));
        // Its place is merged into it; of the place only the id is left where the post has it.
        ObjectNode place = includes.putArray("places").addObject();
        place.setAll(fields(post.path("geo")));
        place.set("id", post.path("geo").path("place_id"));
        return new WirePostV2(post, post, includes);
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> items = new ArrayList<>();
        array.elements().forEachRemaining(items::add);
        return items;
    }

    private static Map<String, JsonNode> fields(JsonNode object) {
        return object.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Override
    List<String> matchedRules() {
        return rules(envelope);
    }

    @Override
    String source() {
        return X;
    }

    @Override
    String variant() {
        boolean renamed = data.has("edit_history_post_ids")
                || data.has("referenced_posts")
                || data.has("note_post")
                || includes.has("posts")
                || data.path("public_metrics").has("repost_count");
        return renamed ? "v2-post" : envelope.has("data") ? "v2-tweet" : "v2-flattened";
    }

    @Override
    @Nullable
    String text() {
        return Node.text(body, "text");
    }

    private List<String> editIds() {
        return Node.texts(Node.first(data, "edit_history_tweet_ids", "edit_history_post_ids"));
    }

    @Override
    String rootId(String id) {
        return root(editIds(), id);
    }

    @Override
    Post post(String id) throws MalformedMessageException {
        String authorId = Node.firstNonNull(Node.id(data, "author_id"), Node.id(data.path("author"), "id"));
        JsonNode user = include("users", "id", authorId);
        String placeId = Node.text(data, "geo", "place_id");
        JsonNode place = include("places", "id", placeId);
        JsonNode metrics = data.path("public_metrics");
        List<String> editIds = editIds();
        Instant createdAt = createdAt(isoTime(Node.text(data, "created_at")), id);
        String text = requireText();
        return new Post(
                X,
                id,
                null,
                version(editIds, id),
                editIds,
                createdAt,
                text,
                lang(Node.text(data, "lang")),
                new Author(
                        authorId,
                        Node.text(user, "name"),
                        Node.text(user, "username"),
                        Node.number(user, "public_metrics", "followers_count")),
                marks(text),
                media(),
                new References(referenced("retweeted"), quoted(), referenced("replied_to")),
                location(
                        data.path("geo").path("coordinates").path("coordinates"),
                        placeId,
                        Node.text(place, "full_name"),
                        Node.text(place, "country_code")),
                new Counts(
                        metrics.has("retweet_count")
                                ? Node.number(metrics, "retweet_count")
                                : Node.number(metrics, "repost_count"),
                        Node.number(metrics, "like_count"),
                        Node.number(metrics, "reply_count"),
                        Node.number(metrics, "quote_count")),
                Node.text(data, "source"),
                data.path("possibly_sensitive").asBoolean(false),
                Node.texts(data.path("withheld").path("country_codes")),
                matchedRules());
    }

    private JsonNode original() {
        String repostOf = referenced("retweeted");
        JsonNode included = include("tweets", "id", repostOf);
        if (included.isMissingNode()) {
            included = include("posts", "id", repostOf);
        }
        return included.isMissingNode() ? data : included;
    }

    /** Of a repost, what the original quotes. */
    private @Nullable String quoted() {
        return referenced(original, "quoted");
    }

    private @Nullable String referenced(String type) {
        return referenced(data, type);
    }

    private static @Nullable String referenced(JsonNode post, String type) {
        for (JsonNode reference : Node.first(post, "referenced_tweets", "referenced_posts")) {
            if (type.equals(Node.text(reference, "type"))) {
                return Node.id(reference, "id");
            }
        }
        return null;
    }

    private JsonNode include(String kind, String key, @Nullable String value) {
        if (value != null) {
            for (JsonNode candidate : includes.path(kind)) {
                if (value.equals(Node.text(candidate, key))) {
                    return candidate;
                }
            }
        }
        return includes.path("");
    }

    /** The platform leaves the object out when there is nothing in it, and when it was not asked for it. */
    private @Nullable Marks marks(String text) {
        JsonNode entities = body.path("entities");
        if (!entities.isObject()) {
            return null;
        }
        MarkReader marks = new MarkReader(text, X)
                .read(entities.path("hashtags"), Entity.HASHTAG, "tag")
                .read(entities.path("cashtags"), Entity.CASHTAG, "tag")
                .read(entities.path("mentions"), Entity.MENTION, "username")
                .read(entities.path("urls"), Entity.URL, "url")
                .readAnnotations(entities.path("annotations"));
        return new Marks(
                marks.hashtags(),
                Node.texts(entities.path("cashtags"), "tag"),
                Node.texts(entities.path("mentions"), "username"),
                urls(entities.path("urls")),
                marks.spans());
    }

    private List<String> media() {
        List<String> media = new ArrayList<>();
        List<String> keys = Node.texts(original.path("attachments").path("media_keys"));
        for (String key : keys.subList(0, Math.min(keys.size(), MAX_MEDIA))) {
            JsonNode item = include("media", "media_key", key);
            String url = Node.firstNonNull(Node.text(item, "url"), Node.text(item, "preview_image_url"));
            if (url != null) {
                media.add(url);
            }
        }
        return media;
    }

    private static List<String> urls(JsonNode list) {
        List<String> urls = new ArrayList<>();
        for (JsonNode url : list) {
            String best = Node.firstNonNull(
                    Node.text(url, "unwound_url"), Node.text(url, "expanded_url"), Node.text(url, "url"));
            if (best != null && !url.has("media_key")) {
                urls.add(best);
            }
        }
        return urls;
    }
}
