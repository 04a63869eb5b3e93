package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Posts that do not come one by one, as a stream delivers them, but in an answer of some API or in a line with others:
 * pages of X's v2 endpoints, v1.1's search, lookups and timelines, a person's own archive, feeds, threads and
 * {@code getPosts} of Bluesky, timelines and searches of Mastodon, values that stand one behind the other. Which fields
 * an answer keeps its posts in is not asked: whatever in it reads as a post is one, but for what a post refers to.
 *
 * <p>Stateless and thread-safe. Takes time linear in what is read and what is made of it.
 */
public final class Envelope {
    private static final JsonMapper JSON = JsonMapper.builder()
            // Numbers stay as they were written.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Includes that every post refers to are written once for each. */
    private static final long MAX_BYTES = 32L * 1024 * 1024;

    /** What answers keep lists of posts in, so that an empty one is an answer too. */
    private static final Set<String> LISTS = Set.of(
            "statuses", "data", "feed", "posts", "records", "tweets", "ancestors", "descendants", "notifications");

    /** What a page refers to; v2 clients write it in a line of its own. */
    private static final Set<String> INCLUDES =
            Set.of("users", "tweets", "posts", "media", "places", "polls", "topics", "spaces");

    /** In these lie posts that the answer's posts answer, quote or tell about. */
    private static final Set<String> REFERRED =
            Set.of("includes", "reply", "embed", "embeds", "reason", "target_object", "quoted_status", "pinned_tweet");

    /** Words that are no posts: messages to one person, and what its author has deleted. */
    private static final List<String> PRIVATE =
            List.of("sender", "sender_id", "senderId", "recipient", "recipient_id", "recipientId", "deleted_at");

    private final List<byte[]> posts = new ArrayList<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private int others;
    private long bytes;

    private Envelope() {}

    /**
     * What an envelope holds.
     *
     * @param messages each as a stream would deliver it, with those of the page's includes that it refers to
     * @param unreadable parts that should be posts and are not
     * @param others how many things are no posts: users, spaces, errors
     */
    public record Contents(List<byte[]> messages, List<Unreadable> unreadable, int others) {}

    /** A part that could not be read, and why. */
    public record Unreadable(byte[] bytes, String cause) {}

    /**
     * Opens a message that is none by itself.
     *
     * @return null if it is no envelope: not JSON from its beginning on, or one value in which no post is
     */
    public static @Nullable Contents open(byte[] document) {
        List<byte[]> values = new ArrayList<>();
        Unreadable rest = cut(document, values);
        if (values.isEmpty()) {
            return null;
        }
        Envelope envelope = new Envelope();
        boolean several = values.size() > 1 || rest != null;
        boolean found = several;
        for (byte[] value : values) {
            found |= several ? envelope.addMessage(value) : envelope.addAnswer(value);
        }
        if (rest != null) {
            envelope.unreadable.add(rest);
        }
        return found ? new Contents(envelope.posts, envelope.unreadable, envelope.others) : null;
    }

    /** Cuts values that stand one behind the other; what is none from somewhere on is returned. */
    private static @Nullable Unreadable cut(byte[] document, List<byte[]> values) {
        JsonScanner scanner = new JsonScanner(document);
        int from = 0;
        try {
            while (scanner.peek() >= 0) {
                from = scanner.position();
                scanner.skip(1);
                values.add(Arrays.copyOfRange(document, from, scanner.position()));
            }
            return null;
        } catch (IOException broken) {
            return new Unreadable(
                    Arrays.copyOfRange(document, from, document.length), "not valid JSON: " + broken.getMessage());
        }
    }

    /** One of several values: a message, or an envelope itself. */
    private boolean addMessage(byte[] value) {
        try {
            StreamMessage message = StreamMessageParser.parseForRouting(value);
            if (message instanceof PostMessage || ((Notice) message).isKnown() || !addAnswer(value)) {
                posts.add(value);
            }
        } catch (MalformedMessageException e) {
            if (!addAnswer(value)) {
                unreadable.add(new Unreadable(value, String.valueOf(e.getMessage())));
            }
        }
        return true;
    }

    /** False if no post and no empty list of posts is in it. */
    private boolean addAnswer(byte[] value) {
        JsonNode root;
        try {
            root = JSON.readTree(value);
        } catch (IOException notJson) {
            return false;
        }
        int postsBefore = posts.size();
        int before = postsBefore + unreadable.size() + others;
        bytes = 0;
        if (isIncludes(root)) {
            others++;
        } else if (root.path("data").isArray()) {
            addPage(root);
            others += root.path("errors").size();
        } else if (root.isContainerNode()) {
            addPostsIn(root);
        }
        if (bytes > MAX_BYTES) {
            posts.subList(postsBefore, posts.size()).clear();
            unreadable.add(new Unreadable(value, "a page whose posts with all that they refer to are over 32 MB"));
        }
        return posts.size() + unreadable.size() + others > before
                || isListOfObjects(root)
                || isList(root)
                || isIncludes(root);
    }

    private static boolean isIncludes(JsonNode root) {
        boolean named = root.has("users") || root.has("media") || root.has("places") || root.has("polls");
        return named && root.properties().stream().allMatch(field -> INCLUDES.contains(field.getKey()));
    }

    private static boolean isListOfObjects(JsonNode root) {
        return root.isArray() && (root.isEmpty() || root.get(0).isContainerNode());
    }

    private static boolean isList(JsonNode root) {
        return root.properties().stream()
                .anyMatch(field ->
                        LISTS.contains(field.getKey()) && field.getValue().isArray());
    }

    private void addPage(JsonNode root) {
        Includes includes = new Includes(root.path("includes"));
        for (JsonNode post : root.path("data")) {
            if (bytes > MAX_BYTES) {
                return;
            }
            if (!post.path("text").isTextual()
                    && Node.text(post, "uri") == null
                    && !post.path("data").isObject()) {
                others++;
            } else if (!isPost(post)) {
                add(post);
            } else if (post.path("data").isObject() || Node.id(post, "id") == null) {
                add(post);
            } else {
                ObjectNode message = JSON.createObjectNode();
                message.set("data", post);
                ObjectNode named = includes.of(post);
                if (!named.isEmpty()) {
                    message.set("includes", named);
                }
                write(message);
            }
        }
    }

    /** In the order of the document; its depth is bounded by its reader. */
    private void addPostsIn(JsonNode container) {
        boolean ofPosts = false;
        int noPosts = 0;
        for (var field : fields(container)) {
            JsonNode part = field.getValue();
            if (bytes > MAX_BYTES || REFERRED.contains(field.getKey())) {
                continue;
            }
            if (isPrivate(part)) {
                others++;
            } else if (looksLikePost(part)) {
                ofPosts = true;
                add(part);
            } else if (part.isContainerNode() && !isUser(part)) {
                addPostsIn(part);
            } else {
                noPosts++;
            }
        }
        others += ofPosts && container.isArray() ? noPosts : 0;
    }

    /** The items of a list have empty names. */
    private static Iterable<Map.Entry<String, JsonNode>> fields(JsonNode container) {
        List<Map.Entry<String, JsonNode>> items = new ArrayList<>();
        container.elements().forEachRemaining(item -> items.add(Map.entry("", item)));
        return container.isObject() ? container.properties() : items;
    }

    private void add(JsonNode part) {
        if (isPost(part)) {
            write(part);
        } else {
            unreadable.add(new Unreadable(part.toString().getBytes(UTF_8), "a post without an id"));
        }
    }

    private void write(JsonNode post) {
        byte[] json = post.toString().getBytes(UTF_8);
        bytes += json.length;
        if (bytes <= MAX_BYTES) {
            posts.add(json);
        }
    }

    /** Posts are followed no further: what lies in one is what it refers to. */
    private static boolean looksLikePost(JsonNode part) {
        return part.isObject()
                && (isPost(part)
                        ? !isBare(part)
                        : hasWords(part) && part.path("user").isObject());
    }

    /** Whether nothing but an id and words tells that it is a post. */
    private static boolean isBare(JsonNode part) {
        return hasWords(part)
                && !part.path("user").isObject()
                && !part.path("created_at").isTextual()
                && !WirePostV2.standsAlone(part);
    }

    private static boolean isPrivate(JsonNode part) {
        return part.isObject() && PRIVATE.stream().anyMatch(part::hasNonNull);
    }

    private static boolean hasWords(JsonNode part) {
        return part.path("text").isTextual() || part.path("full_text").isTextual();
    }

    private static boolean isUser(JsonNode part) {
        return part.has("screen_name") || part.has("username");
    }

    private static boolean isPost(JsonNode part) {
        try {
            return part.isObject() && StreamMessageParser.message(part) instanceof PostMessage;
        } catch (MalformedMessageException notOne) {
            return false;
        }
    }

    /** What a page includes, by the names that posts use for it. */
    private static final class Includes {
        private final Map<String, List<Item>> byName = new HashMap<>();

        private record Item(int order, String kind, JsonNode value) {}

        Includes(JsonNode includes) {
            int order = 0;
            Set<String> seen = new HashSet<>();
            for (var kind : includes.properties()) {
                for (JsonNode value : kind.getValue()) {
                    if (!seen.add(kind.getKey() + "/" + value.path("id").asText("") + "/"
                            + value.path("media_key").asText(""))) {
                        continue;
                    }
                    Item item = new Item(order++, kind.getKey(), value);
                    note(value.path("id").asText(""), item);
                    note(value.path("media_key").asText(""), item);
                    if (value.has("username")) {
                        note("@" + value.path("username").asText(""), item);
                    }
                }
            }
        }

        private void note(String name, Item item) {
            if (!name.isEmpty()) {
                byName.computeIfAbsent(name, unused -> new ArrayList<>()).add(item);
            }
        }

        /** What a post names, what that names in turn, and so on: the author of what it repeats. */
        ObjectNode of(JsonNode post) {
            Set<String> names = new HashSet<>();
            Map<Integer, Item> kept = new HashMap<>();
            Deque<JsonNode> unread = new ArrayDeque<>(List.of(post));
            while (!unread.isEmpty()) {
                List<String> found = new ArrayList<>();
                collectNames(unread.pop(), found);
                for (String name : found) {
                    if (!names.add(name)) {
                        continue;
                    }
                    for (Item item : byName.getOrDefault(name, List.of())) {
                        if (kept.put(item.order, item) == null && item.value.has("text")) {
                            unread.push(item.value);
                        }
                    }
                }
            }
            ObjectNode includes = JSON.createObjectNode();
            kept.values().stream()
                    .sorted(Comparator.comparingInt(Item::order))
                    .forEach(item -> includes.withArray(item.kind).add(item.value));
            return includes;
        }

        /** Ids and keys are told from other words by the fields that they stand in. */
        private static void collectNames(JsonNode node, List<String> names) {
            if (node.isObject()) {
                node.properties().forEach(field -> {
                    String name = field.getKey();
                    JsonNode value = field.getValue();
                    if (value.isTextual() && (name.equals("id") || name.endsWith("_id") || name.equals("media_key"))) {
                        names.add(value.textValue());
                    } else if (value.isTextual() && name.equals("username")) {
                        names.add("@" + value.textValue());
                    } else if (name.endsWith("_keys") || name.endsWith("_ids")) {
                        value.forEach(item -> names.add(item.asText()));
                    } else {
                        collectNames(value, names);
                    }
                });
            } else if (node.isArray()) {
                node.forEach(item -> collectNames(item, names));
            }
        }
    }
}
