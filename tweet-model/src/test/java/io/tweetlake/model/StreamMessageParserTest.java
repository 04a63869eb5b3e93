package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages are invented; their shapes are the platform's. */
class StreamMessageParserTest {

    @Test
    void readsTheCompatibilityFormWithItsExtendedTweet() throws Exception {
        Post post = post("""
                {"created_at": "Wed Jul 03 06:30:01 +0000 2019", "id": 1146305063603265536, "id_str": "1146305063603265536",
                 "text": "cut …", "truncated": true, "lang": "in", "timestamp_ms": "1562135401657",
                 "source": "<a href=\\"http://x.org\\">An App</a>",
                 "user": {"id_str": "7", "name": "Ann", "screen_name": "ann", "followers_count": 3},
                 "in_reply_to_status_id_str": "5", "possibly_sensitive": true,
                 "coordinates": {"type": "Point", "coordinates": [13.4, 52.5]},
                 "place": {"id": "p1", "full_name": "Berlin, Germany", "country_code": "DE"},
                 "retweet_count": 1, "favorite_count": 2, "reply_count": 3, "quote_count": 4,
                 "entities": {"hashtags": [{"text": "cut"}]},
                 "extended_tweet": {"full_text": "the whole text #Full",
                   "entities": {"hashtags": [{"text": "Full", "indices": [15, 20]}],
                     "symbols": [{"text": "TWTR", "indices": [3, 90]}],
                     "user_mentions": [{"screen_name": "bob", "indices": [0, 3]}],
                     "urls": [{"url": "https://t.co/a", "expanded_url": "https://example.org/a"}]},
                   "extended_entities": {"media": [{"media_url_https": "https://pbs.example.org/m.jpg"}]}}}""");
        assertThat(post.text()).isEqualTo("the whole text #Full");
        assertThat(post.id()).isEqualTo("1146305063603265536");
        assertThat(post.createdAt()).isEqualTo(Instant.parse("2019-07-03T06:30:01.657Z"));
        assertThat(post.lang()).isEqualTo("id");
        assertThat(post.author()).isEqualTo(new Author("7", "Ann", "ann", 3L));
        assertThat(post.marks())
                .isEqualTo(new Marks(
                        List.of("Full"),
                        List.of("TWTR"),
                        List.of("bob"),
                        List.of("https://example.org/a"),
                        List.of(new Entity("#Full", "HASHTAG", 15, 20, "x"))));
        assertThat(post.mediaUrls()).containsExactly("https://pbs.example.org/m.jpg");
        assertThat(post.references()).isEqualTo(new References(null, null, "5"));
        assertThat(post.location()).isEqualTo(new Location(52.5, 13.4, "p1", "Berlin, Germany", "DE"));
        assertThat(post.counts()).isEqualTo(new Counts(1L, 2L, 3L, 4L));
        assertThat(post.clientApp()).isEqualTo("An App");
        assertThat(post.sensitive()).isTrue();
    }

    @Test
    void readsTheExtendedForm() throws Exception {
        Post post = post("""
                {"id_str": "1146305063603265536", "full_text": "all of it", "user": {"id_str": "7"},
                 "created_at": "Wed Jul 03 06:30:01 +0000 2019"}""");
        assertThat(post.text()).isEqualTo("all of it");
        assertThat(post.createdAt()).isEqualTo(Instant.parse("2019-07-03T06:30:01Z"));
        assertThat(post.marks()).isNull();
    }

    @Test
    void takesARetweetsWordsFromItsOriginal() throws Exception {
        Post post = post("""
                {"id_str": "1146305063603265536", "text": "RT @a: cut…", "user": {"id_str": "7"},
                 "timestamp_ms": "1562135401657", "entities": {"hashtags": []},
                 "retweeted_status": {"id_str": "11", "text": "cut…", "quoted_status_id_str": "9",
                   "extended_tweet": {"full_text": "uncut #tag", "entities": {"hashtags": [{"text": "tag"}]}}}}""");
        assertThat(post.text()).isEqualTo("uncut #tag");
        assertThat(post.marks().hashtags()).containsExactly("tag");
        assertThat(post.references()).isEqualTo(new References("11", "9", null));
    }

    @ParameterizedTest
    @CsvSource({
        "edit_history_tweet_ids, note_tweet, referenced_tweets, tweets, retweet_count",
        "edit_history_post_ids, note_post, referenced_posts, posts, repost_count"
    })
    void readsV2UnderTheOldAndTheNewNames(String edits, String note, String referenced, String posts, String reposts)
            throws Exception {
        Post post = post("""
                {"data": {"id": "1212092628029698048", "text": "cut …", "author_id": "7", "lang": "en",
                   "created_at": "2020-01-01T12:00:00.000Z", "%s": ["1212092628029698048"],
                   "%s": {"text": "😀 long note #Note by Ann", "entities": {
                     "hashtags": [{"tag": "Note", "start": 12, "end": 17}],
                     "annotations": [{"start": 21, "end": 23, "type": "Person", "normalized_text": "Ann"}]}},
                   "%s": [{"type": "quoted", "id": "9"}, {"type": "replied_to", "id": "8"}],
                   "geo": {"place_id": "p1", "coordinates": {"type": "Point", "coordinates": [13.4, 52.5]}},
                   "public_metrics": {"%s": 1, "like_count": 2, "reply_count": 3, "quote_count": 4},
                   "attachments": {"media_keys": ["3_1"]}, "withheld": {"country_codes": ["DE"]}},
                 "includes": {"users": [{"id": "7", "name": "Ann", "username": "ann",
                     "public_metrics": {"followers_count": 3}}],
                   "%s": [{"id": "9", "text": "quoted"}],
                   "places": [{"id": "p1", "full_name": "Berlin, Germany", "country_code": "DE"}],
                   "media": [{"media_key": "3_1", "url": "https://pbs.example.org/m.jpg"}]},
                 "matching_rules": [{"id": "1", "tag": "ai"}, {"id": 2}]}""".formatted(edits, note, referenced, reposts, posts));
        assertThat(post.text()).isEqualTo("😀 long note #Note by Ann");
        assertThat(post.version()).isEqualTo(1);
        assertThat(post.editIds()).containsExactly("1212092628029698048");
        assertThat(post.author()).isEqualTo(new Author("7", "Ann", "ann", 3L));
        assertThat(post.marks().hashtags()).containsExactly("Note");
        assertThat(post.marks().spans())
                .containsExactly(new Entity("#Note", "HASHTAG", 12, 17, "x"), new Entity("Ann", "PERSON", 21, 24, "x"));
        assertThat(post.mediaUrls()).containsExactly("https://pbs.example.org/m.jpg");
        assertThat(post.references()).isEqualTo(new References(null, "9", "8"));
        assertThat(post.location()).isEqualTo(new Location(52.5, 13.4, "p1", "Berlin, Germany", "DE"));
        assertThat(post.counts()).isEqualTo(new Counts(1L, 2L, 3L, 4L));
        assertThat(post.withheldIn()).containsExactly("DE");
        assertThat(post.matchedRules()).containsExactly("ai", "2");
    }

    @Test
    void countsTheVersionsOfAnEditedPost() throws Exception {
        Post post = post("""
                {"data": {"id": "1212092628029698049", "text": "a",
                   "edit_history_tweet_ids": ["1212092628029698048", "1212092628029698049"]}}""");
        assertThat(post.version()).isEqualTo(2);
    }

    @Test
    void takesAV2RetweetsWordsFromTheIncludes() throws Exception {
        Post post = post("""
                {"data": {"id": "1212092628029698048", "text": "RT @a: cut…",
                   "referenced_tweets": [{"type": "retweeted", "id": "11"}]},
                 "includes": {"tweets": [{"id": "11", "text": "uncut #tag", "entities": {"hashtags": [{"tag": "tag"}]},
                   "referenced_tweets": [{"type": "quoted", "id": "9"}]}]}}""");
        assertThat(post.text()).isEqualTo("uncut #tag");
        assertThat(post.references()).isEqualTo(new References("11", "9", null));
    }

    @Test
    void takesTheTimeFromTheIdWhereNoneIsDelivered() throws Exception {
        assertThat(post("""
                {"data": {"id": "1212092628029698048", "text": "a"}}""").createdAt()).isEqualTo(Instant.parse("2019-12-31T19:26:16.771Z"));
    }

    @Test
    void countsAFieldOfTheWrongTypeAsAbsent() throws Exception {
        Post post = post("""
                {"id_str": "1146305063603265536", "text": "a", "user": [], "entities": {"hashtags": [1, {"text": {}}]},
                 "coordinates": "here", "lang": 7, "timestamp_ms": {}, "extended_tweet": 3, "unheard_of": [[]]}""");
        assertThat(post.author()).isEqualTo(new Author(null, null, null, null));
        assertThat(post.marks().hashtags()).isEmpty();
        assertThat(post.lang()).isNull();
    }

    @Test
    void tellsEachNotice() throws Exception {
        assertThat(parse("""
                {"delete": {"status": {"id": 123, "user_id": 3}, "timestamp_ms": "1"}}""")).isEqualTo(new Notice.Delete("123", "3"));
        assertThat(parse("""
                {"data": {"delete": {"tweet": {"id": "123", "author_id": "3"}, "event_at": "2026-01-01T00:00:00Z"}}}""")).isEqualTo(new Notice.Delete("123", "3"));
        assertThat(parse("""
                {"scrub_geo": {"user_id_str": "3", "up_to_status_id_str": "9"}}""")).isEqualTo(new Notice.ScrubGeo("3", "9"));
        assertThat(parse("""
                {"limit": {"track": 1234}}""")).isEqualTo(new Notice.Limit(1234));
        assertThat(parse("""
                {"status_withheld": {"id": 1, "user_id": 3, "withheld_in_countries": ["de", "ar"]}}""")).isEqualTo(new Notice.Withheld("1", "3", List.of("de", "ar")));
        assertThat(parse("""
                {"user_withheld": {"id": 3, "withheld_in_countries": ["DE"]}}""")).isEqualTo(new Notice.Withheld(null, "3", List.of("DE")));
        assertThat(parse("""
                {"disconnect": {"code": 4, "stream_name": "s", "reason": "stall"}}""")).isEqualTo(new Notice.Disconnect(4L, "stall"));
        assertThat(parse("""
                {"errors": [{"title": "operational-disconnect", "disconnect_type": "UpstreamOperationalDisconnect",
                  "detail": "gone", "type": "https://api.x.com/2/problems/operational-disconnect"}]}"""))
                .isEqualTo(new Notice.Errors("operational-disconnect", "gone", "UpstreamOperationalDisconnect"));
        assertThat(parse("""
                {"warning": {"code": "FALLING_BEHIND", "percent_full": 60}}""")).isEqualTo(new Notice.Other("warning"));
        assertThat(parse("""
                {"something_new": 1}""")).isEqualTo(new Notice.Other("something_new"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "[]",
                "7",
                "null",
                "\"text\"",
                "{",
                "{\"id_str\": \"1\", \"text\": \"cut off",
                "not json",
                "{\"data\": [{\"id\": \"1\"}]}",
                "{\"text\": \"no id\", \"user\": {}}",
                "{\"data\": {\"text\": \"no id\"}}",
                "{\"limit\": {\"track\": 1}} {\"limit\": {\"track\": 2}}"
            })
    void refusesWhatIsNeitherPostNorNotice(String message) {
        assertThatThrownBy(() -> parse(message)).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void refusesInvalidUtf8() {
        byte[] message = "{\"id_str\": \"1\", \"text\": \"?\", \"user\": {}}".getBytes(UTF_8);
        message[new String(message, UTF_8).indexOf('?')] = (byte) 0xc3;
        assertThatThrownBy(() -> StreamMessageParser.parse(message))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void refusesBottomlessNesting() {
        assertThatThrownBy(() -> parse("{\"a\":".repeat(100_000))).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void saysWhatIsWrongWithAPostWithoutQuotingIt() {
        assertThatThrownBy(() -> post("""
                {"id_str": "1", "user": {"name": "private words"}}"""))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("the post has no creation time, and its id holds none");
        assertThatThrownBy(() -> post("""
                {"id_str": "1146305063603265536", "user": {"name": "private words"}}"""))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("the post has no text");
    }

    private static Post post(String message) throws MalformedMessageException {
        return ((PostMessage) parse(message)).post();
    }

    private static StreamMessage parse(String message) throws MalformedMessageException {
        return StreamMessageParser.parse(message.getBytes(UTF_8));
    }
}
