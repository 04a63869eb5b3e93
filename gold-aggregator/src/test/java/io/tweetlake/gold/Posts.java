package io.tweetlake.gold;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tweetlake.model.Json;
import io.tweetlake.model.Tweet;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Synthetic silver tweets, made by changing a plain one. */
final class Posts {
    private static final String PLAIN = """
            {"source": "x", "id": "1", "edit_ids": [], "created_at": "2019-07-03T06:30:00Z", "text": "", "lang": "en",
             "sensitive": false, "hashtags": [], "cashtags": [], "mentions": [], "urls": [], "spans": [], "media_urls": [],
             "version": 1, "withheld_in": [], "matched_rules": [], "observed_at": "2019-07-03T06:30:00Z", "tier": "ai",
             "cleaned_text": "", "hashtag_keys": [], "emoticons": [], "emoji": [], "happy_emoticons": 0, "happy_emoji": 0,
             "bronze_topic": "bronze.tweets.ai", "bronze_partition": 0, "bronze_offset": 0}""";

    private final ObjectNode json;

    private Posts(ObjectNode json) {
        this.json = json;
    }

    /** Written and seen at once. */
    static Posts at(Instant created) {
        try {
            Posts post = new Posts((ObjectNode) new ObjectMapper().readTree(PLAIN));
            return post.with("created_at", created.toString()).with("observed_at", created.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Posts seen(Instant observed) {
        return with("observed_at", observed.toString());
    }

    Posts with(String field, String value) {
        json.put(field, value);
        return this;
    }

    Posts with(String field, int value) {
        json.put(field, value);
        return this;
    }

    Posts with(String field, boolean value) {
        json.put(field, value);
        return this;
    }

    Posts with(String field, double value) {
        json.put(field, value);
        return this;
    }

    Posts hashtags(List<String> keys) {
        ArrayNode hashtags = json.putArray("hashtag_keys");
        keys.forEach(hashtags::add);
        return this;
    }

    Posts hashtags(String... keys) {
        return hashtags(List.of(keys));
    }

    Posts emoji(String... emoji) {
        ArrayNode all = json.putArray("emoji");
        List.of(emoji).forEach(all::add);
        return this;
    }

    Tweet tweet() throws IOException {
        return Json.read(json.toString().getBytes(UTF_8), Tweet.class);
    }
}
