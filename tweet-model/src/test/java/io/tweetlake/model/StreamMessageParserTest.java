package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
    void readsATweetThatTwarcFlattened() throws Exception {
        Post post = post("""
                {"id": "2", "author_id": "7", "text": "RT @bob: cut …", "created_at": "2021-04-08T19:34:16.000Z",
                 "author": {"id": "7", "name": "Ann", "username": "ann", "public_metrics": {"followers_count": 58}},
                 "geo": {"place_id": "p1", "full_name": "Berlin, Germany", "country_code": "DE"},
                 "referenced_tweets": [{"type": "retweeted", "id": "1", "text": "the whole text",
                   "attachments": {"media_keys": ["16_1"],
                     "media": [{"media_key": "16_1", "preview_image_url": "https://pbs.example.org/m.jpg"}]}}]}""");
        assertThat(post.text()).isEqualTo("the whole text");
        assertThat(post.author()).isEqualTo(new Author("7", "Ann", "ann", 58L));
        assertThat(post.references().repostOf()).isEqualTo("1");
        assertThat(post.location().place()).isEqualTo("Berlin, Germany");
        assertThat(post.location().placeId()).isEqualTo("p1");
        assertThat(post.mediaUrls()).containsExactly("https://pbs.example.org/m.jpg");
    }

    @Test
    void readsABlueskyPostInBothWireFormats() throws Exception {
        String record = """
                {"$type": "app.bsky.feed.post", "createdAt": "2026-07-04T14:38:06.240Z", "langs": ["en-US"],
                 "text": "é #Tag @bob.example link $TWTR",
                 "facets": [
                   {"index": {"byteStart": 3, "byteEnd": 7}, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Tag"}]},
                   {"index": {"byteStart": 8, "byteEnd": 20}, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:b"}]},
                   {"index": {"byteStart": 21, "byteEnd": 25}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/a"}]}],
                 "reply": {"parent": {"uri": "at://p"}, "root": {"uri": "at://r"}},
                 "embed": {"$type": "app.bsky.embed.record", "record": {"uri": "at://did:plc:c/app.bsky.feed.post/q"}}}""";
        Post first = post("""
                {"did": "did:plc:a", "time_us": 1783175888090631, "kind": "commit", "commit": {"operation": "create",
                 "collection": "app.bsky.feed.post", "rkey": "3m", "rev": "r", "cid": "c", "record": %s}}""".formatted(record));
        Post second = post("""
                {"$type": "message", "payload": {"$type": "network.bsky.jetstream.subscribeEvents#commit", "seq": 5,
                 "did": "did:plc:a", "time": "2026-07-04T14:38:08.090631Z", "operation": "create",
                 "collection": "app.bsky.feed.post", "rkey": "3m", "record": %s}}""".formatted(record));
        assertThat(first).isEqualTo(second);
        assertThat(first.source()).isEqualTo("bluesky");
        assertThat(first.id()).isEqualTo("at://did:plc:a/app.bsky.feed.post/3m");
        assertThat(first.createdAt()).isEqualTo(Instant.parse("2026-07-04T14:38:06.240Z"));
        assertThat(first.lang()).isEqualTo("en");
        assertThat(first.references()).isEqualTo(new References(null, "at://did:plc:c/app.bsky.feed.post/q", "at://p"));
        assertThat(first.marks())
                .isEqualTo(new Marks(
                        List.of("Tag"),
                        List.of("TWTR"),
                        List.of("bob.example"),
                        List.of("https://example.org/a"),
                        List.of(
                                new Entity("#Tag", "HASHTAG", 2, 6, "bluesky"),
                                new Entity("@bob.example", "MENTION", 7, 19, "bluesky"),
                                new Entity("link", "URL", 20, 24, "bluesky"),
                                new Entity("$TWTR", "CASHTAG", 25, 30, "bluesky"))));
    }

    @Test
    void takesTheDeliverysTimeWhereABlueskyAuthorsClockIsAheadOfIt() throws Exception {
        Post post = post("""
                {"did": "did:plc:a", "time_us": 1783175888090631, "kind": "commit", "commit": {"operation": "update",
                 "collection": "app.bsky.feed.post", "rkey": "3m", "record": {"createdAt": "2030-01-01T00:00:00Z", "text": ""}}}""");
        assertThat(post.createdAt()).isEqualTo(Instant.parse("2026-07-04T14:38:08.090631Z"));
        assertThat(post.version()).isEqualTo(1783175888);
        assertThat(post.text()).isEmpty();
    }

    @Test
    void readsAMastodonStatus() throws Exception {
        Post post = post("""
                {"event": "update", "instance": "a.example", "payload":
                {"id": "117", "uri": "https://a.example/users/ann/statuses/117",
                 "created_at": "2026-08-02T05:25:16.840Z", "edited_at": null, "language": "en", "sensitive": true,
                 "content": "<p>Hi <span class=\\"h-card\\"><a href=\\"https://b.example/@bob\\" class=\\"u-url mention\\">@<span>bob</span></a></span> it&#39;s<br />\
                <a href=\\"https://a.example/tags/Java\\" class=\\"mention hashtag\\" rel=\\"tag\\">#<span>Java</span></a></p>\
                <p><a href=\\"https://example.org/x?a=1&amp;b=2\\"><span class=\\"invisible\\">https://</span><span>example.org/x</span></a></p>",
                 "account": {"acct": "ann", "display_name": "Ann", "uri": "https://a.example/users/ann", "followers_count": 3},
                 "tags": [{"name": "java"}], "mentions": [{"acct": "bob@b.example"}], "reblog": null,
                 "media_attachments": [{"url": "https://a.example/m.png"}], "favourites_count": 2}}""");
        assertThat(post.id()).isEqualTo("https://a.example/users/ann/statuses/117");
        assertThat(post.nativeId()).isEqualTo("117@a.example");
        assertThat(post.text()).isEqualTo("Hi @bob it's\n#Java\nhttps://example.org/x");
        assertThat(post.marks().hashtags()).containsExactly("Java");
        assertThat(post.marks().mentions()).containsExactly("bob@b.example");
        assertThat(post.marks().urls()).containsExactly("https://example.org/x?a=1&b=2");
        assertThat(post.marks().spans())
                .containsExactly(
                        new Entity("@bob", "MENTION", 3, 7, "mastodon"),
                        new Entity("#Java", "HASHTAG", 13, 18, "mastodon"),
                        new Entity("https://example.org/x", "URL", 19, 40, "mastodon"));
        assertThat(post.author()).isEqualTo(new Author("https://a.example/users/ann", "Ann", "ann", 3L));
        assertThat(post.counts().likes()).isEqualTo(2);
    }

    @Test
    void readsAV2PostWithoutItsAuthor() throws Exception {
        Post post = post("""
                {"id": "2", "text": "a #TidalPool", "edit_history_tweet_ids": ["2"], "created_at": "2026-06-01T10:00:00.000Z",
                 "entities": {"hashtags": [{"start": 2, "end": 12, "tag": "TidalPool"}]},
                 "public_metrics": {"retweet_count": 0, "like_count": 4, "reply_count": 0, "quote_count": 0}}""");
        assertThat(post.marks().hashtags()).containsExactly("TidalPool");
        assertThat(post.counts().likes()).isEqualTo(4);
        assertThat(post.author().id()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.bsky.feed.generator",
                "app.bsky.graph.list",
                "app.bsky.graph.starterpack",
                "app.bsky.labeler.service"
            })
    void whatBlueskyEmbedsAsAQuoteAndIsNoPostIsNone(String collection) throws Exception {
        Post post = post("""
                {"did": "did:plc:a", "time_us": 1783175888090631, "kind": "commit", "commit": {"operation": "create",
                 "collection": "app.bsky.feed.post", "rkey": "3m", "record": {"text": "see",
                 "embed": {"$type": "app.bsky.embed.record", "record": {"uri": "at://did:plc:b/%s/x"}}}}}""".formatted(collection));
        assertThat(post.references().quoteOf()).isNull();
    }

    @Test
    void readsABlueskyViewAsThePostThatJetstreamDelivers() throws Exception {
        Post post = post("""
                {"uri": "at://did:plc:a/app.bsky.feed.post/3m", "cid": "c", "author": {"did": "did:plc:a", "handle": "ann.example",
                 "displayName": "Ann"}, "record": {"$type": "app.bsky.feed.post", "text": "Hi #Tag", "createdAt": "2026-07-04T14:38:06Z",
                 "facets": [{"index": {"byteStart": 3, "byteEnd": 7}, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "#tag"}]}]},
                 "likeCount": 3, "indexedAt": "2026-07-04T14:38:08Z"}""");
        assertThat(post.id()).isEqualTo("at://did:plc:a/app.bsky.feed.post/3m");
        assertThat(post.author()).isEqualTo(new Author("did:plc:a", "Ann", "ann.example", null));
        assertThat(post.counts().likes()).isEqualTo(3);
        assertThat(post.marks().hashtags()).containsExactly("Tag");
    }

    @Test
    void anOriginalThatWasTakenAwayIsNone() throws Exception {
        Post post = post("""
                {"id_str": "1146305063603265536", "text": "my own words", "retweeted_status": {}, "extended_tweet": {},
                 "user": {"id_str": "7"}, "entities": {"hashtags": []}}""");
        assertThat(post.text()).isEqualTo("my own words");
        assertThat(post.marks()).isNotNull();
    }

    /** The spelling of the text, whatever the platform makes of it. */
    @ParameterizedTest
    @CsvSource({
        "the #Äänestys now, aanestys, 4, 13, Äänestys",
        "the #Äänestys now, #Äänestys, 4, 13, Äänestys",
        "the #Äänestys now, Ääne, 4, 13, Äänestys",
        "the #Äänestys now, Äänestys, 40, 49, Äänestys",
        "the #Äänestys now, Äänestys, 3, 12, Äänestys",
        "no Äänestys here, Äänestys, 3, 11, ",
        "the #Äänestys now, other, 4, 13, "
    })
    void aHashtagIsSpeltAsTheTextHasIt(String text, String delivered, int start, int end, String hashtag)
            throws Exception {
        Post post = post("""
                {"id_str": "1146305063603265536", "text": "%s", "user": {"id_str": "7"},
                 "entities": {"hashtags": [{"text": "%s", "indices": [%d, %d]}]}}""".formatted(text, delivered, start, end));
        assertThat(post.marks().hashtags()).isEqualTo(hashtag == null ? List.of() : List.of(hashtag));
    }

    /** Each of them was once quadratic. */
    @Test
    @Timeout(10)
    void readsLongHostileTextsInLinearTime() throws Exception {
        String cashtags = "日$A ".repeat(200_000);
        Post post = post("""
                {"did": "did:plc:a", "time_us": 1783175888090631, "kind": "commit", "commit": {"operation": "create",
                 "collection": "app.bsky.feed.post", "rkey": "3m", "record": {"text": "%s"}}}""".formatted(cashtags));
        assertThat(post.marks().cashtags()).hasSize(1_000);
        for (String html : List.of(
                "<".repeat(500_000), "<" + "a".repeat(500_000), "<a>日".repeat(100_000), "日<a>b</a>".repeat(50_000))) {
            assertThat(post("""
                {"id": "1", "uri": "https://a.example/1", "created_at": "2026-08-02T05:25:16.840Z", "content": "%s",
                 "account": {}}""".formatted(html)).text()).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // message | source | kind | post | native | user | up to | countries | active | reason | undelivered
                "{'delete':{'status':{'id':123,'user_id':3},'timestamp_ms':'1'}}|x|delete|123|-|3|-|[]|-|-|-",
                "{'data':{'delete':{'tweet':{'id':'123','author_id':'3'},'event_at':'2026-01-01T00:00:00Z'}}}|x|delete|123|-|3|-|[]|-|-|-",
                "{'data':{'drop':{'tweet':{'id':'1','author_id':'3'}}}}|x|drop|1|-|3|-|[]|-|-|-",
                "{'data':{'undrop':{'post':{'id':'1'}}}}|x|undrop|1|-|-|-|[]|-|-|-",
                "{'data':{'tweet_edit':{'tweet':{'id':'2'},'initial_tweet_id':'1'}}}|x|edit|2|-|-|-|[]|-|-|-",
                "{'data':{'user_suspend':{'user':{'id':'3'}}}}|x|account|-|-|3|-|[]|false|suspended|-",
                "{'data':{'user_unprotect':{'user':{'id':'3'}}}}|x|account|-|-|3|-|[]|true|unprotected|-",
                "{'scrub_geo':{'user_id_str':'3','up_to_status_id_str':'9'}}|x|scrub_geo|-|-|3|9|[]|-|-|-",
                "{'limit':{'track':1234}}|x|limit|-|-|-|-|[]|-|-|1234",
                "{'status_withheld':{'id':1,'user_id':3,'withheld_in_countries':['de','ar']}}|x|withheld|1|-|3|-|[de, ar]|-|-|-",
                "{'user_withheld':{'id':3,'withheld_in_countries':['DE']}}|x|withheld|-|-|3|-|[DE]|-|-|-",
                "{'data':{'withheld':{'tweet':{'id':'1'},'withheld_in_countries':['DE']}}}|x|withheld|1|-|-|-|[DE]|-|-|-",
                "{'disconnect':{'code':4,'stream_name':'s','reason':'stall'}}|x|disconnect|-|-|-|-|[]|-|stall|-",
                "{'errors':[{'title':'operational-disconnect','disconnect_type':'SlowReader'}]}|x|errors|-|-|-|-|[]|-|SlowReader|-",
                "{'title':'ConnectionException','connection_issue':'TooManyConnections','type':'t'}|x|errors|-|-|-|-|[]|-|TooManyConnections|-",
                "{'warning':{'code':'FALLING_BEHIND','percent_full':60}}|x|warning|-|-|-|-|[]|-|-|-",
                "{'something_new':1}|x|something_new|-|-|-|-|[]|-|-|-",
                "{'did':'did:a','time_us':1,'kind':'commit','commit':{'operation':'delete','collection':'c','rkey':'k'}}|bluesky|delete|at://did:a/c/k|-|did:a|-|[]|-|-|-",
                "{'did':'did:a','time_us':1,'kind':'account','account':{'active':false,'status':'takendown'}}|bluesky|account|-|-|did:a|-|[]|false|takendown|-",
                "{'$type':'message','payload':{'$type':'n#account','did':'did:a','active':true}}|bluesky|account|-|-|did:a|-|[]|true|-|-",
                "{'did':'did:a','time_us':1,'kind':'identity','identity':{'handle':'h'}}|bluesky|identity|-|-|did:a|-|[]|-|-|-",
                "{'event':'delete','payload':'117','instance':'a.example'}|mastodon|delete|-|117@a.example|-|-|[]|-|-|-"
            })
    void tellsEachNotice(
            String message,
            String source,
            String kind,
            String post,
            String nativeId,
            String user,
            String upTo,
            String countries,
            Boolean active,
            String reason,
            Long undelivered)
            throws Exception {
        Notice notice = (Notice) parse(message.replace('\'', '"'));
        assertThat(notice)
                .isEqualTo(new Notice(
                        source,
                        kind,
                        post,
                        nativeId,
                        user,
                        upTo,
                        notice.countries(),
                        active,
                        reason,
                        undelivered,
                        notice.eventAt()));
        assertThat(notice.countries()).hasToString(countries);
    }

    @Test
    void saysWhenWhatANoticeIsAboutHappened() throws Exception {
        assertThat(((Notice) parse("""
                {"delete": {"status": {"id": 1}, "timestamp_ms": "1562135401657"}}""")).eventAt()).isEqualTo(Instant.parse("2019-07-03T06:30:01.657Z"));
        assertThat(((Notice) parse("""
                {"data": {"drop": {"tweet": {"id": "1"}, "event_at": "2026-01-01T00:00:00Z"}}}""")).eventAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
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
