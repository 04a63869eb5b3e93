package io.tweetlake.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A v1.1 status: the compatibility form ({@code text}, with {@code extended_tweet} where it is cut), the extended form
 * ({@code full_text}) and everything older.
 */
final class WirePostV1 extends WirePost {
    private static final DateTimeFormatter CREATED_AT =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss Z yyyy", Locale.ENGLISH);

    private static final Pattern MARKUP = Pattern.compile("<[^<>]*>");

    private final JsonNode status;

    /** The status whose words these are: a repost's own text is cut. */
    private final JsonNode original;

    /** Where the uncut text and its marks lie: the original or its {@code extended_tweet}. */
    private final JsonNode body;

    WirePostV1(JsonNode status) {
        this.status = status;
        this.original = hasWords(status.path("retweeted_status")) ? status.path("retweeted_status") : status;
        this.body = isWhole(original.path("extended_tweet")) ? original.path("extended_tweet") : original;
    }

    /** Whether a status says something: an original that was taken away leaves an empty object. */
    static boolean hasWords(JsonNode status) {
        return Node.text(status, "text") != null
                || Node.text(status, "full_text") != null
                || isWhole(status.path("extended_tweet"));
    }

    /** Whether an {@code extended_tweet} holds the uncut text. */
    static boolean isWhole(JsonNode extended) {
        return Node.text(extended, "full_text") != null;
    }

    @Override
    List<String> matchedRules() {
        return rules(status);
    }

    @Override
    String source() {
        return X;
    }

    @Override
    String variant() {
        if (isWhole(original.path("extended_tweet"))) {
            return "v1-extended";
        }
        return original.has("full_text") ? "v1-full-text" : "v1";
    }

    @Override
    @Nullable
    String text() {
        return Node.firstNonNull(
                Node.text(body, "full_text"), Node.text(original, "full_text"), Node.text(original, "text"));
    }

    private List<String> editIds() {
        return Node.texts(status.path("edit_history").path("edit_tweet_ids"));
    }

    @Override
    String rootId(String id) {
        return root(editIds(), id);
    }

    @Override
    Post post(String id) throws MalformedMessageException {
        JsonNode user = status.path("user");
        JsonNode place = status.path("place");
        String source = Node.text(status, "source");
        List<String> editIds = editIds();
        Instant createdAt = createdAt(deliveredTime(), id);
        String text = requireText();
        return new Post(
                X,
                id,
                null,
                version(editIds, id),
                editIds,
                createdAt,
                text,
                lang(Node.text(status, "lang")),
                new Author(
                        Node.id(user, "id"),
                        Node.text(user, "name"),
                        Node.text(user, "screen_name"),
                        Node.number(user, "followers_count")),
                marks(text),
                Node.texts(Node.first(body, "extended_entities", "entities").path("media"), "media_url_https"),
                new References(
                        Node.id(status.path("retweeted_status"), "id"),
                        Node.id(original, "quoted_status_id"),
                        Node.id(status, "in_reply_to_status_id")),
                location(
                        status.path("coordinates").path("coordinates"),
                        Node.text(place, "id"),
                        Node.text(place, "full_name"),
                        Node.text(place, "country_code")),
                new Counts(
                        Node.number(status, "retweet_count"),
                        Node.number(status, "favorite_count"),
                        Node.number(status, "reply_count"),
                        Node.number(status, "quote_count")),
                source == null ? null : MARKUP.matcher(source).replaceAll(""),
                status.path("possibly_sensitive").asBoolean(false),
                Node.texts(status.path("withheld_in_countries")),
                matchedRules());
    }

    private @Nullable Instant deliveredTime() {
        Long millis = Node.number(status, "timestamp_ms");
        String text = Node.text(status, "created_at");
        try {
            if (millis != null) {
                return Instant.ofEpochMilli(millis);
            }
            return text == null ? null : ZonedDateTime.parse(text, CREATED_AT).toInstant();
        } catch (DateTimeException notThatFormat) {
            return isoTime(text);
        }
    }

    private @Nullable Marks marks(String text) {
        JsonNode entities = body.path("entities");
        if (!entities.isObject()) {
            return null;
        }
        MarkReader marks = new MarkReader(text, X)
                .read(entities.path("hashtags"), Entity.HASHTAG, "text")
                .read(entities.path("symbols"), Entity.CASHTAG, "text")
                .read(entities.path("user_mentions"), Entity.MENTION, "screen_name")
                .read(entities.path("urls"), Entity.URL, "url")
                .read(entities.path("media"), Entity.URL, "url");
        return new Marks(
                marks.hashtags(),
                Node.texts(entities.path("symbols"), "text"),
                Node.texts(entities.path("user_mentions"), "screen_name"),
                urls(entities.path("urls")),
                marks.spans());
    }

    private static List<String> urls(JsonNode list) {
        List<String> urls = new ArrayList<>();
        for (JsonNode url : list) {
            String best = Node.firstNonNull(
                    Node.text(url, "unwound", "url"), Node.text(url, "expanded_url"), Node.text(url, "url"));
            if (best != null) {
                urls.add(best);
            }
        }
        return urls;
    }
}
