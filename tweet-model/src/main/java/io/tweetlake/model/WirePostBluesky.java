package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A post as Bluesky's Jetstream delivers it: a commit that creates or updates a record of {@code app.bsky.feed.post},
 * in the first wire format ({@code did}, {@code time_us}, {@code commit}) or the second ({@code $type},
 * {@code payload}). Source: github.com/bluesky-social/jetstream and the lexicons of github.com/bluesky-social/atproto.
 */
final class WirePostBluesky extends WirePost {
    private static final String POSTS = "app.bsky.feed.post";

    private final String did;

    /** With {@code operation}, {@code collection}, {@code rkey}, {@code record}. */
    private final JsonNode commit;

    private final @Nullable Instant witnessedAt;
    private final String variant;

    private WirePostBluesky(String did, JsonNode commit, @Nullable Instant witnessedAt, String variant) {
        this.did = did;
        this.commit = commit;
        this.witnessedAt = witnessedAt;
        this.variant = variant;
    }

    /** What an event of either format says, or null if the object is none. */
    static @Nullable StreamMessage read(JsonNode root) {
        String did = Node.text(root, "did");
        String kind = Node.text(root, "kind");
        if (did != null && kind != null) {
            Instant witnessedAt = micros(Node.number(root, "time_us"));
            return kind.equals("commit")
                    ? commit(did, root.path("commit"), witnessedAt, "jetstream-v1")
                    : account(did, kind, root.path(kind), witnessedAt);
        }
        if ("error".equals(Node.text(root, "$type"))) {
            Notice.Draft notice = new Notice.Draft(BLUESKY, Notice.ERRORS);
            notice.reason = Node.text(root, "error");
            return notice.notice();
        }
        JsonNode payload = root.path("payload");
        String type = Node.text(payload, "$type");
        if (!"message".equals(Node.text(root, "$type")) || type == null) {
            return null;
        }
        did = Node.text(payload, "did");
        String event = type.substring(type.indexOf('#') + 1);
        if (did == null) {
            return Notice.of(BLUESKY, event);
        }
        Instant witnessedAt = isoTime(Node.text(payload, "time"));
        return event.equals("commit")
                ? commit(did, payload, witnessedAt, "jetstream-v2")
                : account(did, event, payload, witnessedAt);
    }

    private static StreamMessage commit(String did, JsonNode commit, @Nullable Instant witnessedAt, String variant) {
        String id = "at://" + did + "/" + Node.text(commit, "collection") + "/" + Node.text(commit, "rkey");
        boolean deleted = "delete".equals(Node.text(commit, "operation"));
        if (POSTS.equals(Node.text(commit, "collection")) && !deleted) {
            return new PostMessage(new WirePostBluesky(did, commit, witnessedAt, variant), id);
        }
        Notice.Draft notice = new Notice.Draft(BLUESKY, deleted ? Notice.DELETE : "commit");
        notice.postId = id;
        notice.userId = did;
        notice.eventAt = witnessedAt;
        return notice.notice();
    }

    private static Notice account(String did, String kind, JsonNode body, @Nullable Instant witnessedAt) {
        Notice.Draft notice = new Notice.Draft(BLUESKY, kind);
        notice.userId = did;
        notice.eventAt = witnessedAt;
        if (kind.equals(Notice.ACCOUNT)) {
            notice.active = body.path("active").asBoolean(false);
            notice.reason = Node.text(body, "status");
        }
        return notice.notice();
    }

    private static @Nullable Instant micros(@Nullable Long micros) {
        return micros == null
                ? null
                : Instant.EPOCH
                        .plusNanos(Math.multiplyExact(Math.floorMod(micros, 1_000_000L), 1_000L))
                        .plusSeconds(Math.floorDiv(micros, 1_000_000L));
    }

    @Override
    List<String> matchedRules() {
        return List.of();
    }

    @Override
    String source() {
        return BLUESKY;
    }

    @Override
    String variant() {
        return variant;
    }

    @Override
    @Nullable
    String text() {
        return Node.text(commit, "record", "text");
    }

    @Override
    Post post(String id) throws MalformedMessageException {
        JsonNode post = commit.path("record");
        JsonNode embed = post.path("embed");
        // A post of pictures alone has an empty text.
        String text = post.path("text").isTextual() ? post.path("text").textValue() : requireText();
        boolean edited = "update".equals(Node.text(commit, "operation"));
        return new Post(
                BLUESKY,
                id,
                null,
                version(edited ? witnessedAt : null),
                List.of(),
                createdAt(post),
                text,
                language(post),
                new Author(did, null, null, null),
                marks(post, text),
                List.of(),
                new References(
                        null,
                        Node.firstNonNull(
                                Node.text(embed, "record", "record", "uri"), Node.text(embed, "record", "uri")),
                        Node.text(post, "reply", "parent", "uri")),
                Location.UNKNOWN,
                Counts.UNKNOWN,
                null,
                !post.path("labels").path("values").isEmpty(),
                List.of(),
                List.of());
    }

    /** The author's clock, which may say anything; a post cannot be younger than its delivery. */
    private Instant createdAt(JsonNode post) throws MalformedMessageException {
        Instant declared = isoTime(Node.text(post, "createdAt"));
        if (declared != null && (witnessedAt == null || !declared.isAfter(witnessedAt))) {
            return declared;
        }
        if (witnessedAt == null) {
            throw new MalformedMessageException("the post has no creation time, and its delivery none");
        }
        return witnessedAt;
    }

    private static @Nullable String language(JsonNode post) {
        List<String> declared = Node.texts(post.path("langs"));
        if (declared.isEmpty()) {
            return null;
        }
        String language = declared.get(0).toLowerCase(Locale.ROOT);
        int region = language.indexOf('-');
        return region < 0 ? language : language.substring(0, region);
    }

    /** Facets count bytes of UTF-8. */
    private static Marks marks(JsonNode post, String text) {
        MarkReader spans = new MarkReader(text, BLUESKY);
        List<String> hashtags = new ArrayList<>();
        List<String> mentions = new ArrayList<>();
        List<String> urls = new ArrayList<>();
        int[] places = codePointsByByte(text);
        for (JsonNode facet : post.path("facets")) {
            Long start = place(places, Node.number(facet, "index", "byteStart"));
            Long end = place(places, Node.number(facet, "index", "byteEnd"));
            for (JsonNode feature : facet.path("features")) {
                String type = Node.text(feature, "$type");
                String kind = type == null ? "" : type.substring(type.indexOf('#') + 1);
                switch (kind) {
                    case "tag" -> {
                        String tag = Node.text(feature, "tag");
                        addIfPresent(hashtags, tag);
                        spans.add(start, end, Entity.HASHTAG, tag);
                    }
                    case "mention" -> {
                        String handle = spans.textAt(start, end);
                        addIfPresent(mentions, handle == null ? null : handle.replaceFirst("^@", ""));
                        spans.add(start, end, Entity.MENTION, handle);
                    }
                    case "link" -> {
                        addIfPresent(urls, Node.text(feature, "uri"));
                        spans.add(start, end, Entity.URL, spans.textAt(start, end));
                    }
                    default -> {}
                }
            }
        }
        // Hashtags that do not stand in the text.
        hashtags.addAll(Node.texts(post.path("tags")));
        addIfPresent(urls, Node.text(post, "embed", "external", "uri"));
        return new Marks(
                hashtags, spans.cashtags(), mentions, urls.stream().distinct().toList(), spans.spans());
    }

    private static void addIfPresent(List<String> list, @Nullable String value) {
        if (value != null) {
            list.add(value);
        }
    }

    private static @Nullable Long place(int[] places, @Nullable Long bytes) {
        return bytes == null || bytes < 0 || bytes >= places.length ? null : (long) places[bytes.intValue()];
    }

    /** For each byte of the text's UTF-8, and its end, how many code points come before it. */
    private static int[] codePointsByByte(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        int[] places = new int[bytes.length + 1];
        int before = 0;
        for (int i = 0; i < bytes.length; i++) {
            boolean starts = (bytes[i] & 0xC0) != 0x80;
            places[i] = starts ? before++ : before;
        }
        places[bytes.length] = before;
        return places;
    }
}
