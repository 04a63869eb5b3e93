package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message as a tree of the fields that some part of this package asks for: nine tenths of a delivered tweet are
 * the profile of its author and what is repeated, and building nodes for them takes most of the time. What is left out
 * is still read as JSON, so that a message is malformed wherever it is broken.
 */
final class MessageTree {
    /** Every name that is read anywhere in a message. */
    private static final Set<String> READ = new HashSet<>(List.of(
            "$type",
            "account",
            "acct",
            "active",
            "annotations",
            "application",
            "attachments",
            "author",
            "author_id",
            "byteEnd",
            "byteStart",
            "cashtags",
            "code",
            "collection",
            "commit",
            "connection_issue",
            "content",
            "conversation_id",
            "coordinates",
            "country_code",
            "country_codes",
            "createdAt",
            "created_at",
            "data",
            "delete",
            "detail",
            "did",
            "disconnect",
            "disconnect_type",
            "displayName",
            "display_name",
            "drop",
            "edit_history",
            "edit_history_post_ids",
            "edit_history_tweet_ids",
            "edit_tweet_ids",
            "edited_at",
            "embed",
            "end",
            "entities",
            "error",
            "errors",
            "event",
            "event_at",
            "expanded_url",
            "extended_entities",
            "extended_tweet",
            "external",
            "facets",
            "favorite_count",
            "favourites_count",
            "features",
            "followers_count",
            "full_name",
            "full_text",
            "geo",
            "handle",
            "hashtags",
            "host_ids",
            "id",
            "id_str",
            "in_reply_to_id",
            "in_reply_to_status_id",
            "in_reply_to_status_id_str",
            "includes",
            "index",
            "indexedAt",
            "indices",
            "instance",
            "kind",
            "labels",
            "lang",
            "langs",
            "language",
            "likeCount",
            "like_count",
            "limit",
            "matching_rules",
            "media",
            "media_attachments",
            "media_key",
            "media_keys",
            "media_url_https",
            "mentions",
            "name",
            "note_post",
            "note_tweet",
            "operation",
            "parent",
            "payload",
            "place",
            "place_id",
            "places",
            "possibly_sensitive",
            "post",
            "post_edit",
            "posts",
            "preview_image_url",
            "public_metrics",
            "quote",
            "quoteCount",
            "quote_count",
            "quoted_status",
            "quoted_status_id",
            "quoted_status_id_str",
            "quotes_count",
            "reason",
            "reblog",
            "reblogs_count",
            "record",
            "referenced_posts",
            "referenced_tweets",
            "replies_count",
            "reply",
            "replyCount",
            "reply_count",
            "repostCount",
            "repost_count",
            "retweet_count",
            "retweeted_status",
            "rkey",
            "screen_name",
            "scrub_geo",
            "sensitive",
            "source",
            "start",
            "status",
            "status_withheld",
            "symbols",
            "tag",
            "tags",
            "text",
            "time",
            "time_us",
            "timestamp_ms",
            "title",
            "track",
            "tweet",
            "tweet_edit",
            "tweets",
            "type",
            "undrop",
            "unwound",
            "unwound_url",
            "up_to_status_id",
            "up_to_status_id_str",
            "up_to_tweet_id",
            "up_to_tweet_id_str",
            "uri",
            "url",
            "urls",
            "user",
            "user_delete",
            "user_id",
            "user_id_str",
            "user_mentions",
            "user_protect",
            "user_suspend",
            "user_undelete",
            "user_unprotect",
            "user_unsuspend",
            "user_withheld",
            "username",
            "users",
            "value",
            "values",
            "withheld",
            "withheld_in_countries"));

    /**
     * So deep, an object's first fields are kept as null where nobody reads them: their names or their number tell the
     * kind of a message.
     */
    private static final int NAMED_DEPTH = 2;

    private static final int NAMED_FIELDS = 2;

    /** Of these names, what tells neither the kind of a message nor its id, words and rules. */
    private static final Set<String> NOT_FOR_ROUTING = Set.of(
            "acct",
            "annotations",
            "attachments",
            "cashtags",
            "coordinates",
            "created_at",
            "displayName",
            "display_name",
            "embed",
            "entities",
            "extended_entities",
            "facets",
            "favorite_count",
            "followers_count",
            "geo",
            "handle",
            "hashtags",
            "indexedAt",
            "indices",
            "labels",
            "lang",
            "langs",
            "likeCount",
            "media",
            "media_attachments",
            "mentions",
            "name",
            "place",
            "places",
            "possibly_sensitive",
            "public_metrics",
            "quoteCount",
            "quote_count",
            "replyCount",
            "reply_count",
            "repostCount",
            "retweet_count",
            "screen_name",
            "source",
            "symbols",
            "tags",
            "urls",
            "user_mentions",
            "users");

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** The names by their hashes, so that a name is looked up without making a string of it. */
    private static final Name[] NAMES = table();

    private final JsonScanner json;
    private final boolean routing;

    private MessageTree(byte[] message, boolean routing) {
        this.json = new JsonScanner(message);
        this.routing = routing;
    }

    private record Name(String text, byte[] bytes, boolean routes) {}

    private static Name[] table() {
        Name[] table = new Name[1 << 10];
        for (String name : READ) {
            byte[] bytes = name.getBytes(US_ASCII);
            int slot = JsonScanner.hash(bytes, 0, bytes.length) & (table.length - 1);
            while (table[slot] != null) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = new Name(name, bytes, !NOT_FOR_ROUTING.contains(name));
        }
        return table;
    }

    /**
     * @param message UTF-8
     * @return a missing node if there is nothing but white space
     * @throws IOException if it is not one JSON value and nothing else; its message quotes nothing
     */
    static JsonNode read(byte[] message) throws IOException {
        return new MessageTree(message, false).root();
    }

    /**
     * The same of the fields alone that tell where a message belongs: its kind, and of a post its id, words and rules.
     *
     * @throws IOException if it is not one JSON value and nothing else; its message quotes nothing
     */
    static JsonNode readForRouting(byte[] message) throws IOException {
        return new MessageTree(message, true).root();
    }

    private JsonNode root() throws IOException {
        if (json.peek() < 0) {
            return MissingNode.getInstance();
        }
        JsonNode root = value(1, null);
        if (json.peek() >= 0) {
            throw new IOException("more than one value");
        }
        return root;
    }

    private JsonNode value(int depth, @Nullable String field) throws IOException {
        json.checkDepth(depth);
        switch (json.peek()) {
            case '"' -> {
                return NODES.textNode(json.string());
            }
            case '{' -> {
                return object(depth, field);
            }
            case '[' -> {
                return array(depth);
            }
            case 't' -> {
                json.takeWord("true");
                return NODES.booleanNode(true);
            }
            case 'f' -> {
                json.takeWord("false");
                return NODES.booleanNode(false);
            }
            case 'n' -> {
                json.takeWord("null");
                return NullNode.getInstance();
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                return number();
            }
            default -> throw json.unexpected();
        }
    }

    private JsonNode array(int depth) throws IOException {
        ArrayNode array = NODES.arrayNode();
        json.take('[');
        if (!json.takeIf(']')) {
            do {
                array.add(value(depth + 1, null));
            } while (json.takeIf(','));
            json.take(']');
        }
        return array;
    }

    /** @param field that it is the value of, null for others */
    private JsonNode object(int depth, @Nullable String field) throws IOException {
        ObjectNode object = NODES.objectNode();
        json.take('{');
        if (json.takeIf('}')) {
            return object;
        }
        do {
            json.takeName();
            String name = readName();
            if (name != null && !isIdle(name, field, object)) {
                object.set(name, value(depth + 1, name));
            } else if (depth <= NAMED_DEPTH && object.size() < NAMED_FIELDS) {
                object.putNull(json.lastString());
                json.skip(depth + 1);
            } else {
                json.skip(depth + 1);
            }
        } while (json.takeIf(','));
        json.take('}');
        return object;
    }

    /**
     * Whether nobody reads a field where it stands, though others of the name are read; they are a third of a repost.
     * What is decided by the fields before it is read in vain when they come behind: X writes them in this order.
     *
     * @param parent the field that it is in
     */
    private static boolean isIdle(String name, @Nullable String parent, ObjectNode before) {
        return switch (name) {
            case "entities", "extended_entities" ->
                WirePostV1.hasWords(before.path("retweeted_status"))
                        || WirePostV1.isWhole(before.path("extended_tweet"));
            case "quoted_status" -> !"quote".equals(parent);
            case "user" -> "retweeted_status".equals(parent);
            default -> false;
        };
    }

    /** The name that was taken last, or null if nobody reads it. */
    private @Nullable String readName() throws IOException {
        if (!json.isPlain()) {
            String name = json.lastString();
            return READ.contains(name) && !(routing && NOT_FOR_ROUTING.contains(name)) ? name : null;
        }
        int slot = json.hash() & (NAMES.length - 1);
        Name name = NAMES[slot];
        while (name != null) {
            if (json.lastStringIs(name.bytes)) {
                return routing && !name.routes ? null : name.text;
            }
            slot = (slot + 1) & (NAMES.length - 1);
            name = NAMES[slot];
        }
        return null;
    }

    private JsonNode number() throws IOException {
        json.takeNumberAsLast();
        if (json.isLong()) {
            long value = json.lastLong();
            return (int) value == value ? NODES.numberNode((int) value) : NODES.numberNode(value);
        }
        String written = json.lastNumber();
        boolean isWhole = written.indexOf('.') < 0 && written.indexOf('e') < 0 && written.indexOf('E') < 0;
        if (!isWhole) {
            return NODES.numberNode(Double.parseDouble(written));
        }
        BigInteger exact = new BigInteger(written);
        return exact.bitLength() < Long.SIZE ? NODES.numberNode(exact.longValue()) : NODES.numberNode(exact);
    }
}
