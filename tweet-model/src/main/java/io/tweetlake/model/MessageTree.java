package io.tweetlake.model;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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
            "hashtags",
            "id",
            "id_str",
            "in_reply_to_id",
            "in_reply_to_status_id",
            "in_reply_to_status_id_str",
            "includes",
            "index",
            "indices",
            "instance",
            "kind",
            "labels",
            "lang",
            "langs",
            "language",
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
            "reply_count",
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
            "values",
            "withheld",
            "withheld_in_countries"));

    /** So deep, a field that nobody reads is kept as null: its name or its presence tells the kind of a message. */
    private static final int NAMED_DEPTH = 2;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private MessageTree() {}

    /**
     * @param message UTF-8
     * @return a missing node if there is nothing but white space
     * @throws IOException if it is not one JSON value and nothing else
     */
    static JsonNode read(byte[] message) throws IOException {
        try (JsonParser parser = Json.parser(message)) {
            if (parser.nextToken() == null) {
                return MissingNode.getInstance();
            }
            JsonNode root = value(parser, 1);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "more than one value");
            }
            return root;
        }
    }

    private static JsonNode value(JsonParser parser, int depth) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser, depth + 1));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode((BigInteger) parser.getNumberValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NullNode.getInstance();
        };
    }

    private static ObjectNode object(JsonParser parser, int depth) throws IOException {
        ObjectNode object = NODES.objectNode();
        String name = parser.nextFieldName();
        while (name != null) {
            parser.nextToken();
            if (READ.contains(name)) {
                object.set(name, value(parser, depth + 1));
            } else {
                parser.skipChildren();
                if (depth <= NAMED_DEPTH) {
                    object.putNull(name);
                }
            }
            name = parser.nextFieldName();
        }
        return object;
    }
}
