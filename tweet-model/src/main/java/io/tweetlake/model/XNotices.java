package io.tweetlake.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * X's notices: v1.1 streaming messages, the messages of the v2 compliance streams and the problems within streams.
 * Sources: the platform's "Streaming message types" and "Compliance streams".
 */
final class XNotices {
    /** What the compliance stream says of accounts: whether they are active after it, and how they are called then. */
    private static final Map<String, Account> ACCOUNTS = Map.of(
            "user_delete", new Account(false, "deleted"),
            "user_undelete", new Account(true, "undeleted"),
            "user_protect", new Account(false, "protected"),
            "user_unprotect", new Account(true, "unprotected"),
            "user_suspend", new Account(false, "suspended"),
            "user_unsuspend", new Account(true, "unsuspended"));

    private XNotices() {}

    private record Account(boolean active, String status) {}

    /** @param root an object with one field, the notice's kind, or a problem without its envelope */
    static Notice read(JsonNode root) {
        Iterator<String> names = root.fieldNames();
        String kind = names.hasNext() ? names.next() : "empty";
        JsonNode body = root.path(kind);
        Notice known = known(kind, body);
        if (known != null) {
            return known;
        }
        if (root.has("title") && root.has("type")) {
            return errors(root);
        }
        Notice.Draft other = draft(kind, body);
        other.userId = Node.id(body.path("user"), "id");
        return other.notice();
    }

    private static @Nullable Notice known(String kind, JsonNode body) {
        Account account = ACCOUNTS.get(kind);
        if (account != null) {
            return account(body, account);
        }
        return switch (kind) {
            case "delete" -> onPost(Notice.DELETE, body);
            case "drop" -> onPost(Notice.DROP, body);
            case "undrop" -> onPost(Notice.UNDROP, body);
            case "tweet_edit", "post_edit" -> onPost(Notice.EDIT, body);
            case "scrub_geo" -> scrubGeo(body);
            case "limit" -> limit(body);
            case "status_withheld", "user_withheld", "withheld" -> withheld(kind, body);
            case "disconnect" -> disconnect(body);
            case "errors" -> errors(body.path(0));
            default -> null;
        };
    }

    private static @Nullable Notice onPost(String kind, JsonNode body) {
        JsonNode post = Node.first(body, "status", "tweet", "post");
        if (post.isMissingNode()) {
            post = body;
        }
        Notice.Draft notice = draft(kind, body);
        notice.postId = Node.id(post, "id");
        notice.userId = Node.firstNonNull(Node.id(post, "user_id"), Node.id(post, "author_id"));
        return notice.postId == null ? null : notice.notice();
    }

    private static @Nullable Notice account(JsonNode body, Account account) {
        Notice.Draft notice = draft(Notice.ACCOUNT, body);
        notice.userId = Node.id(body.path("user"), "id");
        notice.active = account.active;
        notice.reason = account.status;
        return notice.userId == null ? null : notice.notice();
    }

    private static @Nullable Notice scrubGeo(JsonNode body) {
        Notice.Draft notice = draft(Notice.SCRUB_GEO, body);
        notice.userId = Node.firstNonNull(Node.id(body, "user_id"), Node.id(body.path("user"), "id"));
        notice.upToPostId = Node.firstNonNull(Node.id(body, "up_to_status_id"), Node.id(body, "up_to_tweet_id"));
        return notice.userId == null ? null : notice.notice();
    }

    private static @Nullable Notice limit(JsonNode body) {
        Notice.Draft notice = draft(Notice.LIMIT, body);
        notice.undelivered = Node.number(body, "track");
        return notice.undelivered == null ? null : notice.notice();
    }

    private static Notice withheld(String kind, JsonNode body) {
        Notice.Draft notice = draft(Notice.WITHHELD, body);
        notice.countries = Node.texts(body.path("withheld_in_countries"));
        switch (kind) {
            case "status_withheld" -> {
                notice.postId = Node.id(body, "id");
                notice.userId = Node.id(body, "user_id");
            }
            case "user_withheld" ->
                notice.userId = Node.firstNonNull(Node.id(body, "id"), Node.id(body.path("user"), "id"));
            default -> notice.postId = Node.id(Node.first(body, "tweet", "post"), "id");
        }
        return notice.notice();
    }

    private static Notice disconnect(JsonNode body) {
        Notice.Draft notice = draft(Notice.DISCONNECT, body);
        notice.reason = Node.firstNonNull(Node.text(body, "reason"), Node.id(body, "code"));
        return notice.notice();
    }

    private static Notice errors(JsonNode problem) {
        Notice.Draft notice = draft(Notice.ERRORS, problem);
        notice.reason = Node.firstNonNull(
                Node.text(problem, "disconnect_type"),
                Node.text(problem, "connection_issue"),
                Node.text(problem, "title"),
                Node.text(problem, "detail"));
        return notice.notice();
    }

    private static Notice.Draft draft(String kind, JsonNode body) {
        Notice.Draft notice = new Notice.Draft(WirePost.X, kind);
        notice.eventAt = eventAt(body);
        return notice;
    }

    private static @Nullable Instant eventAt(JsonNode body) {
        Long millis = Node.number(body, "timestamp_ms");
        try {
            return millis == null ? WirePost.isoTime(Node.text(body, "event_at")) : Instant.ofEpochMilli(millis);
        } catch (DateTimeException outOfRange) {
            return null;
        }
    }
}
