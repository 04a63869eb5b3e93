package io.tweetlake.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.Marks;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessageParser;
import io.tweetlake.model.Tweet;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class JsonSerdeTest {
    private static final JsonSerde<Tweet> SERDE = new JsonSerde<>(Tweet.class);

    @Test
    void givesBackTheTweetThatItWrote() throws Exception {
        Tweet tweet = tweet();
        byte[] json = SERDE.serializer().serialize("silver.tweets", tweet);
        assertThat(SERDE.deserializer().deserialize("silver.tweets", json)).isEqualTo(tweet);
    }

    @Test
    void writesOneFlatObjectInSnakeCase() throws Exception {
        String json = new String(SERDE.serializer().serialize("silver.tweets", tweet()), UTF_8);
        assertThat(json)
                .contains("\"author_handle\":\"ann\"", "\"bronze_offset\":7", "\"hashtag_keys\":[\"tag\"]")
                .contains("\"created_at\":\"2020-01-01T12:00:00Z\"")
                .doesNotContain("null", "\"post\"");
    }

    @Test
    void refusesAFieldThatTheRecordDoesNotHave() {
        assertThatThrownBy(() -> SERDE.deserializer().deserialize("silver.tweets", "{\"x\": 1}".getBytes(UTF_8)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("silver.tweets");
    }

    @Test
    void refusesTheWordNull() {
        assertThatThrownBy(() -> SERDE.deserializer().deserialize("silver.tweets", "null".getBytes(UTF_8)))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void keepsATombstone() {
        assertThat(SERDE.serializer().serialize("silver.tweets", null)).isNull();
        assertThat(SERDE.deserializer().deserialize("silver.tweets", null)).isNull();
    }

    private static Tweet tweet() throws Exception {
        PostMessage post = (PostMessage) StreamMessageParser.parse("""
                {"data": {"id": "1212092628029698048", "text": "a #tag", "author_id": "7",
                   "created_at": "2020-01-01T12:00:00Z"},
                 "includes": {"users": [{"id": "7", "username": "ann"}]}}""".getBytes(UTF_8));
        Marks marks = new Marks(List.of("tag"), List.of(), List.of(), List.of(), List.of());
        return new Tweet(
                post.post().with("a #tag", "en", marks),
                Instant.parse("2020-01-01T12:00:01Z"),
                "ai",
                "a #tag",
                List.of("tag"),
                List.of(),
                List.of(),
                0,
                0,
                true,
                new BronzeCoordinates("bronze.tweets.ai", 0, 7));
    }
}
