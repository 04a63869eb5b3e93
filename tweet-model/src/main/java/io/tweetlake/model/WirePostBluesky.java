package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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

    private static final String AT = "at://";

    /** RFC 5646, 4.4.1: the length that every implementation must allow. */
    private static final int MAX_LANGUAGE = 35;

    /** The lexicon allows eight hashtags that do not stand in the text, of 64 characters each. */
    private static final int MAX_TAGS = 8;

    private static final int MAX_TAG_LENGTH = 640;

    private final String did;
    private final JsonNode post;

    /** What an application view adds: its author's names and its counts; else missing. */
    private final JsonNode view;

    private final boolean edited;
    private final @Nullable Instant witnessedAt;
    private final String variant;

    private WirePostBluesky(
            String did, JsonNode post, JsonNode view, boolean edited, @Nullable Instant witnessedAt, String variant) {
        this.did = did;
        this.post = post;
        this.view = view;
        this.edited = edited;
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
            return view(root);
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

    /** A post as a feed, a thread or {@code getPosts} shows it, or as a repository lists it. */
    private static @Nullable StreamMessage view(JsonNode root) {
        String uri = postUri(Node.text(root, "uri"));
        JsonNode record = Node.first(root, "record", "value");
        if (uri == null || record.isMissingNode()) {
            return null;
        }
        String did = uri.substring(AT.length(), uri.indexOf('/', AT.length()));
        Instant witnessedAt = isoTime(Node.text(root, "indexedAt"));
        return new PostMessage(new WirePostBluesky(did, record, root, false, witnessedAt, "bluesky-view"), uri);
    }

    /**
     * A link to a post; null for one to a feed, a list, a starter pack or a labeler, which are embedded as posts are.
     */
    private static @Nullable String postUri(@Nullable String uri) {
        if (uri == null || !uri.startsWith(AT)) {
            return null;
        }
        int collection = uri.indexOf('/', AT.length());
        return collection > AT.length() && uri.startsWith(POSTS + "/", collection + 1) ? uri : null;
    }

    private static StreamMessage commit(String did, JsonNode commit, @Nullable Instant witnessedAt, String variant) {
        String id = "at://" + did + "/" + Node.text(commit, "collection") + "/" + Node.text(commit, "rkey");
        boolean deleted = "delete".equals(Node.text(commit, "operation"));
        if (POSTS.equals(Node.text(commit, "collection")) && !deleted) {
            boolean edited = "update".equals(Node.text(commit, "operation"));
            return new PostMessage(
                    new WirePostBluesky(
                            did, commit.path("record"), MissingNode.getInstance(), edited, witnessedAt, variant),
                    id);
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
        return Node.text(post, "text");
    }

    @Override
    Post post(String id) throws MalformedMessageException {
        JsonNode embed = post.path("embed");
        // A post of pictures alone has an empty text.
        String text = post.path("text").isTextual() ? post.path("text").textValue() : requireText();
        JsonNode author = view.path("author");
        return new Post(
                BLUESKY,
                id,
                null,
                version(edited ? witnessedAt : null),
                List.of(),
                createdAt(),
                text,
                language(post),
                new Author(did, Node.text(author, "displayName"), Node.text(author, "handle"), null),
                marks(post, text),
                List.of(),
                new References(
                        null,
                        postUri(Node.firstNonNull(
                                Node.text(embed, "record", "record", "uri"), Node.text(embed, "record", "uri"))),
                        Node.text(post, "reply", "parent", "uri")),
                Location.UNKNOWN,
                new Counts(
                        Node.number(view, "repostCount"),
                        Node.number(view, "likeCount"),
                        Node.number(view, "replyCount"),
                        Node.number(view, "quoteCount")),
                null,
                !post.path("labels").path("values").isEmpty(),
                List.of(),
                List.of());
    }

    /** The author's clock, which may say anything; a post cannot be younger than its delivery. */
    private Instant createdAt() throws MalformedMessageException {
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
        if (declared.isEmpty() || declared.get(0).length() > MAX_LANGUAGE) {
            return null;
        }
        String language = declared.get(0).toLowerCase(Locale.ROOT);
        int region = language.indexOf('-');
        return region < 0 ? language : language.substring(0, region);
    }

    /** Facets count bytes of UTF-8. */
    private static Marks marks(JsonNode post, String text) {
        MarkReader spans = new MarkReader(text, BLUESKY);
        List<String> mentions = new ArrayList<>();
        List<String> urls = new ArrayList<>();
        int[] places = codePointsByByte(text);
        int read = 0;
        for (JsonNode facet : post.path("facets")) {
            Long start = place(places, Node.number(facet, "index", "byteStart"));
            Long end = place(places, Node.number(facet, "index", "byteEnd"));
            for (JsonNode feature : facet.path("features")) {
                if (read++ >= MarkReader.MAX_MARKS) {
                    break;
                }
                String type = Node.text(feature, "$type");
                String kind = type == null ? "" : type.substring(type.indexOf('#') + 1);
                switch (kind) {
                    case "tag" -> spans.addHashtag(start, end, Node.text(feature, "tag"));
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
        List<String> hashtags = new ArrayList<>(spans.hashtags());
        Node.texts(post.path("tags")).stream()
                .limit(MAX_TAGS)
                .map(MarkReader::withoutSign)
                .filter(tag -> !tag.isEmpty() && tag.length() <= MAX_TAG_LENGTH)
                .forEach(hashtags::add);
        addIfPresent(urls, Node.text(post, "embed", "external", "uri"));
        List<String> cashtags = spans.cashtags();
        return new Marks(hashtags, cashtags, mentions, urls.stream().distinct().toList(), spans.spans());
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
