package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers are invented; their shapes are the platforms'. */
class EnvelopeTest {
    private static final String STATUS = """
            {"id_str": "%s", "full_text": "words", "created_at": "Wed Jul 03 06:30:01 +0000 2019", "user": {"id_str": "7"}}""";

    private static final String VIEW = """
            {"uri": "at://did:plc:a/app.bsky.feed.post/%s", "cid": "c", "author": {"did": "did:plc:a"},
             "record": {"$type": "app.bsky.feed.post", "text": "words", "createdAt": "2026-07-04T14:38:06Z"}}""";

    private static final String TOOT = """
            {"id": "9", "uri": "%s", "content": "<p>words</p>", "created_at": "2026-08-02T05:25:16.840Z",
             "account": {"username": "ann", "acct": "ann"}, "reblog": null}""";

    @Test
    void aPagesPostsCarryWhatTheyReferTo() {
        List<byte[]> posts = open("""
                {"data": [{"id": "1", "text": "a", "author_id": "7"}, {"id": "2", "text": "b", "author_id": "8"}],
                 "includes": {"users": [{"id": "7", "username": "ann"}, {"id": "8", "username": "bob"}]},
                 "errors": [{"detail": "gone"}], "meta": {"result_count": 2}}""").messages();
        assertThat(posts).map(post -> new String(post, UTF_8)).containsExactly("""
                {"data":{"id":"1","text":"a","author_id":"7"},"includes":{"users":[{"id":"7","username":"ann"}]}}""", """
                {"data":{"id":"2","text":"b","author_id":"8"},"includes":{"users":[{"id":"8","username":"bob"}]}}""");
    }

    @Test
    void usersAndSpacesBesidePostsAreNoPosts() {
        Envelope.Contents page = open("""
                {"data": [{"id": "1", "text": "a"}, {"id": "7", "username": "ann"}, {"id": "s", "state": "live"}]}""");
        assertThat(ids(page)).containsExactly("1");
        assertThat(page.others()).isEqualTo(2);
        assertThat(page.unreadable()).isEmpty();
    }

    @Test
    void aPostWithoutAnIdIsUnreadable() {
        Envelope.Contents page = open("""
                {"data": [{"id": "1", "text": "a"}, {"text": "b"}]}""");
        assertThat(ids(page)).containsExactly("1");
        assertThat(page.unreadable()).singleElement().satisfies(part -> assertThat(part.cause())
                .isEqualTo("a post without an id"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"statuses\": [A, B], \"search_metadata\": {\"count\": 2}}",
                "[A, B]",
                "[[A], [B]]",
                "{\"retweets\": [A, B]}",
                "{\"id\": {\"1\": A, \"2\": B}, \"map\": true}",
                "{\"search_metadata\": {\"count\": 2}, \"statuses\": [A, B]}",
                "[{\"tweet\": A}, {\"tweet\": B}]",
                "{\"a\": {\"b\": {\"c\": {\"d\": {\"e\": {\"legacy\": [A, B]}}}}}}",
                "A B",
                "A[B]",
                "{\"statuses\": [A]}{\"statuses\": [B]}"
            })
    void findsTheStatusesOfAnyAnswer(String shape) {
        String answer = shape.replace("A", STATUS.formatted(1)).replace("B", STATUS.formatted(2));
        assertThat(ids(open(answer))).containsExactly("1", "2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"feed\": [{\"post\": A, \"reason\": {\"by\": {}}}, {\"post\": B, \"reply\": {\"parent\": A}}], \"cursor\": \"c\"}",
                "{\"posts\": [A, B]}",
                "{\"thread\": {\"post\": A, \"replies\": [{\"post\": B, \"replies\": []}]}}"
            })
    void findsThePostsOfBlueskysViews(String shape) {
        String answer = shape.replace("A", VIEW.formatted("p1")).replace("B", VIEW.formatted("p2"));
        assertThat(ids(open(answer)))
                .containsExactly("at://did:plc:a/app.bsky.feed.post/p1", "at://did:plc:a/app.bsky.feed.post/p2");
    }

    @Test
    void aRepositorysRecordsThatAreNoPostsAreNone() {
        Envelope.Contents records = open("""
                {"records": [{"uri": "at://did:plc:a/app.bsky.feed.post/1", "cid": "c", "value": {"text": "words"}},
                 {"uri": "at://did:plc:a/app.bsky.feed.like/2", "cid": "c", "value": {"subject": {}}}]}""");
        assertThat(ids(records)).containsExactly("at://did:plc:a/app.bsky.feed.post/1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[A, B]",
                "{\"ancestors\": [A], \"descendants\": [B]}",
                "{\"accounts\": [], \"statuses\": [A, B], \"hashtags\": []}",
                "[{\"id\": \"1\", \"type\": \"mention\", \"created_at\": \"2026-08-02T05:25:16.840Z\", \"status\": A}, B]"
            })
    void findsTheStatusesOfMastodonsAnswers(String shape) {
        String answer = shape.replace("A", TOOT.formatted("https://a/1")).replace("B", TOOT.formatted("https://a/2"));
        assertThat(ids(open(answer))).containsExactly("https://a/1", "https://a/2");
    }

    @Test
    void whatAnArchiveOfOnesOwnPostsWritesIsRead() {
        Envelope.Contents own = open("""
                [{"tweet": {"id_str": "1", "id": "1", "full_text": "words #tag", "created_at": "Wed Jul 03 06:30:01 +0000 2019",
                 "entities": {"hashtags": [{"text": "tag", "indices": ["6", "10"]}]}, "edit_info": {"initial": {"editTweetIds": ["1"]}}}}]""");
        assertThat(ids(own)).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"direct_message\": {\"id_str\": \"1\", \"text\": \"secret\", \"sender\": {}, \"created_at\": \"x\"}}",
                "[{\"dmConversation\": {\"messages\": [{\"messageCreate\": {\"id\": \"1\", \"text\": \"secret\", \"senderId\": \"7\"}}]}}]",
                "[{\"tweet\": {\"id_str\": \"1\", \"full_text\": \"gone\", \"created_at\": \"x\", \"deleted_at\": \"y\"}}]",
                "[{\"like\": {\"id\": \"1\", \"text\": \"of somebody else\"}}]"
            })
    void whatIsPrivateOrDeletedIsNoPost(String document) {
        Envelope.Contents contents = open(document);
        assertThat(contents.messages()).isEmpty();
        assertThat(contents.unreadable()).isEmpty();
    }

    @Test
    void aPostThatWasNotDeletedIsOne() {
        assertThat(ids(open("{\"statuses\": ["
                        + STATUS.formatted(1).replace("\"user\"", "\"deleted_at\": null, \"user\"") + "]}")))
                .containsExactly("1");
    }

    @Test
    @Timeout(10)
    void aPageThatNamesOneThingManyTimesTakesItOnce() {
        String page = "{\"data\":["
                + "{\"id\":\"2\",\"text\":\"a\",\"x_id\":\"1\"},".repeat(15_000)
                + "{\"id\":\"2\",\"text\":\"a\"}],\"includes\":{\"users\":["
                + "{\"id\":\"1\",\"name\":\"n\"},".repeat(15_000)
                + "{\"id\":\"1\"}]}}";
        assertThat(open(page).messages()).hasSize(15_001);
    }

    @Test
    void anAnswerWithoutPostsIsOneToo() {
        assertThat(open("{\"statuses\": [], \"search_metadata\": {}}").messages())
                .isEmpty();
        assertThat(open("{\"users\": [{\"id\": \"7\"}], \"tweets\": [{\"id\": \"1\", \"text\": \"a\"}]}")
                        .messages())
                .isEmpty();
        assertThat(open("[]").messages()).isEmpty();
    }

    @Test
    void anObjectThatHoldsNoPostIsNone() {
        assertThat(Envelope.open("{\"meta\": {\"result_count\": 3}}".getBytes(UTF_8)))
                .isNull();
        assertThat(Envelope.open("{\"limit\": {\"track\": 3}}".getBytes(UTF_8))).isNull();
        assertThat(Envelope.open("not json".getBytes(UTF_8))).isNull();
    }

    @Test
    void whatIsBrokenBehindSoundValuesIsUnreadable() {
        Envelope.Contents line = open(STATUS.formatted(1) + "{\"id_str\": \"2\", \"te");
        assertThat(ids(line)).containsExactly("1");
        assertThat(line.unreadable()).singleElement().satisfies(part -> {
            assertThat(new String(part.bytes(), UTF_8)).isEqualTo("{\"id_str\": \"2\", \"te");
            assertThat(part.cause()).isEqualTo("not valid JSON: it ends too early");
        });
    }

    @Test
    void aPageThatWouldBecomeMoreThanMemoryHoldsIsUnreadable() {
        String page = "{\"data\":["
                + "{\"id\":\"1\",\"text\":\"a\",\"author_id\":\"7\"},".repeat(4_000)
                + "{\"id\":\"1\",\"text\":\"a\"}],\"includes\":{\"users\":[{\"id\":\"7\",\"name\":\""
                + "n".repeat(60_000)
                + "\"}]}}";
        Envelope.Contents contents = open(page);
        assertThat(contents.messages()).isEmpty();
        assertThat(contents.unreadable()).hasSize(1);
    }

    private static Envelope.Contents open(String document) {
        Envelope.Contents contents = Envelope.open(document.getBytes(UTF_8));
        assertThat(contents).isNotNull();
        return contents;
    }

    private static List<String> ids(Envelope.Contents contents) {
        return contents.messages().stream().map(EnvelopeTest::id).toList();
    }

    private static String id(byte[] message) {
        try {
            return ((PostMessage) StreamMessageParser.parse(message)).id();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }
}
