package io.tweetlake.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Mastodon status, whose text is HTML. Its {@code uri} is the same on every server, its {@code id} is the delivering
 * server's own. Source: docs.joinmastodon.org, entity Status and streaming events.
 */
final class WirePostMastodon extends WirePost {
    private final JsonNode status;

    /** The status whose words these are. */
    private final JsonNode original;

    private final @Nullable String instance;

    private WirePostMastodon(JsonNode status, @Nullable String instance) {
        this.status = status;
        this.instance = instance;
        JsonNode reblog = status.path("reblog");
        this.original = reblog.path("content").isTextual() ? reblog : status;
    }

    /**
     * What a status or an event of the streaming API says, or null if the object is neither.
     *
     * @param root a status, or {@code event}, {@code instance} and {@code payload}
     */
    static @Nullable StreamMessage read(JsonNode root) {
        String event = Node.text(root, "event");
        if (event == null || !root.has("payload")) {
            return status(root, null);
        }
        String instance = Node.text(root, "instance");
        StreamMessage status = status(root.path("payload"), instance);
        if (status != null) {
            return status;
        }
        Notice.Draft notice = new Notice.Draft(MASTODON, event);
        if (event.equals(Notice.DELETE)) {
            notice.nativeId = nativeId(Node.text(root, "payload"), instance);
        }
        return notice.notice();
    }

    private static @Nullable StreamMessage status(JsonNode status, @Nullable String instance) {
        String uri = Node.text(status, "uri");
        if (uri == null
                || !status.path("content").isTextual()
                || !status.path("account").isObject()) {
            return null;
        }
        return new PostMessage(new WirePostMastodon(status, instance), uri);
    }

    /** How the notices of a server name a post. */
    private static @Nullable String nativeId(@Nullable String id, @Nullable String instance) {
        return id == null || instance == null ? id : id + "@" + instance;
    }

    @Override
    List<String> matchedRules() {
        return List.of();
    }

    @Override
    String source() {
        return MASTODON;
    }

    @Override
    String variant() {
        return MASTODON;
    }

    @Override
    @Nullable
    String text() {
        return HtmlText.of(html()).text();
    }

    private String html() {
        return original.path("content").asText("");
    }

    @Override
    Post post(String id) throws MalformedMessageException {
        JsonNode account = status.path("account");
        HtmlText html = HtmlText.of(html());
        MarkReader marks = html.marks(MASTODON);
        // Their names are folded to ASCII and lower case; what they say is which words of the text are hashtags.
        marks.read(original.path("tags"), Entity.HASHTAG, "name");
        List<String> cashtags = marks.cashtags();
        return new Post(
                MASTODON,
                id,
                nativeId(Node.id(status, "id"), instance),
                version(isoTime(Node.text(status, "edited_at"))),
                List.of(),
                createdAt(),
                html.text(),
                lang(Node.text(original, "language")),
                new Author(
                        Node.firstNonNull(Node.text(account, "uri"), Node.text(account, "url")),
                        Node.text(account, "display_name"),
                        Node.text(account, "acct"),
                        Node.number(account, "followers_count")),
                new Marks(
                        marks.hashtags(),
                        cashtags,
                        Node.texts(original.path("mentions"), "acct"),
                        html.links(),
                        marks.spans()),
                Node.texts(original.path("media_attachments"), "url"),
                new References(
                        Node.text(status, "reblog", "uri"),
                        Node.text(original, "quote", "quoted_status", "uri"),
                        Node.text(status, "in_reply_to_id")),
                Location.UNKNOWN,
                new Counts(
                        Node.number(status, "reblogs_count"),
                        Node.number(status, "favourites_count"),
                        Node.number(status, "replies_count"),
                        Node.number(status, "quotes_count")),
                Node.text(status, "application", "name"),
                status.path("sensitive").asBoolean(false),
                List.of(),
                List.of());
    }

    private Instant createdAt() throws MalformedMessageException {
        Instant created = isoTime(Node.text(status, "created_at"));
        if (created == null) {
            throw new MalformedMessageException("the status has no creation time");
        }
        return created;
    }
}
