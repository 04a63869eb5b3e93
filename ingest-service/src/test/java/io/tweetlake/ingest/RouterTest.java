package io.tweetlake.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.ingest.source.Delivery;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {
    private static final Router ROUTER = new Router(KeywordMatcher.ofAiKeywords(), "x", 0);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'data':{'id':'1','text':'x'},'matching_rules':[{'id':'1','tag':'ai'}]}                  | bronze.tweets.ai",
                "{'data':{'id':'1','text':'AI'},'matching_rules':[{'id':'1','tag':'generic'}]}            | bronze.tweets.generic",
                "{'data':{'id':'1','text':'x'},'matching_rules':[{'tag':'generic'},{'tag':'ai'}]}         | bronze.tweets.ai",
                "{'data':{'id':'1','text':'about #AI'}}                                                   | bronze.tweets.ai",
                "{'id_str':'1','text':'RT cut','user':{},'retweeted_status':{'full_text':'big data'}}      | bronze.tweets.ai",
                "{'id_str':'1','text':'nothing of it','user':{}}                                          | bronze.tweets.generic",
                "{'id_str':'1','user':{}}                                                                 | bronze.tweets.generic",
                "{'delete':{'status':{'id':1}}}                                                           | bronze.notices",
                "{'unheard':'of'}                                                                         | bronze.notices",
                "{'id_str':'1','text':'cut o                                                              | dlq.ingest-service",
                "[1]                                                                                      | dlq.ingest-service",
                "{'text':'without id','user':{}}                                                          | dlq.ingest-service"
            })
    void decidesByRuleThenByKeyword(String message, String topic) {
        assertThat(route(message.strip(), null).topic()).isEqualTo(topic);
    }

    @Test
    void keepsTheBytesAndSaysWhereTheyCameFrom() {
        String message = "{\"data\": {\"id\":\"7\",  \"text\":\"é\"},\"matching_rules\":[{\"tag\":\"ai\"}]}";
        ProducerRecord<String, byte[]> record = route(message, null);
        assertThat(record.value()).isEqualTo(message.getBytes(UTF_8));
        assertThat(record.key()).isEqualTo("7");
        assertThat(record.timestamp()).isEqualTo(NOW.toEpochMilli());
        assertThat(header(record, "source")).isEqualTo("x");
        assertThat(header(record, "received-at")).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(header(record, "matched-rules")).isEqualTo("ai");
        assertThat(header(record, "connection")).isEqualTo("file:3");
    }

    @Test
    void namesTheKindOfANotice() {
        ProducerRecord<String, byte[]> record = route("{'limit':{'track':1}}", null);
        assertThat(record.key()).isNull();
        assertThat(header(record, "kind")).isEqualTo("limit");
    }

    @Test
    void makesOneMessageAPostOfAPage() {
        String page = """
                {"data":[{"id":"1","text":"AI","author_id":"7"},{"id":"2","text":"b","author_id":"8"}],
                 "includes":{"users":[{"id":"7","username":"ann"},{"id":"8","username":"bob"}]},
                 "meta":{"result_count":2}}""";
        Routed routed = ROUTER.route(new Delivery(page.getBytes(UTF_8), NOW, "search-1", null, null));
        assertThat(routed.postIds()).containsExactly("1", "2");
        assertThat(routed.records())
                .extracting(ProducerRecord::topic)
                .containsExactly("bronze.tweets.ai", "bronze.tweets.generic");
        assertThat(new String(routed.records().get(0).value(), UTF_8))
                .isEqualTo(
                        "{\"data\":{\"id\":\"1\",\"text\":\"AI\",\"author_id\":\"7\"},\"includes\":{\"users\":[{\"id\":\"7\",\"username\":\"ann\"}]}}");
    }

    @Test
    void takesTheRuleOfARefillAndMarksWhatItBrought() {
        byte[] page = "{\"data\":[{\"id\":\"1\",\"text\":\"nothing of it\"}]}".getBytes(UTF_8);
        Delivery delivery = new Delivery(page, NOW, "refill-1", null, null, java.util.List.of("ai"), true);
        ProducerRecord<String, byte[]> record = ROUTER.route(delivery).records().get(0);
        assertThat(record.topic()).isEqualTo("bronze.tweets.ai");
        assertThat(header(record, "matched-rules")).isEqualTo("ai");
        assertThat(header(record, "refilled")).isEqualTo("true");
    }

    @Test
    void leavesOutPostsWithTooFewLikes() {
        Router picky = new Router(KeywordMatcher.ofAiKeywords(), "x", 10);
        String page = """
                {"data":[{"id":"1146305063603265536","text":"a","public_metrics":{"like_count":9}},
                         {"id":"1146305063603265537","text":"b","public_metrics":{"like_count":10}}]}""";
        Routed routed = picky.route(new Delivery(page.getBytes(UTF_8), NOW, "search-1", null, null));
        assertThat(routed.postIds()).containsExactly("1146305063603265537");
        assertThat(routed.filtered()).isEqualTo(Map.of("too-few-likes", 1));
    }

    @Test
    void tellsThePlatform() {
        String post = "{'did':'did:a','time_us':1,'kind':'commit','commit':{'operation':'create',"
                + "'collection':'app.bsky.feed.post','rkey':'k','record':{'text':'hi'}}}";
        assertThat(header(route(post, null), "source")).isEqualTo("bluesky");
    }

    @Test
    void namesTheCauseOfADeadLetter() {
        assertThat(header(route("{'a", null), "__streams.errors.message")).startsWith("not valid JSON");
        assertThat(header(route("{}", "the message is too long"), "__streams.errors.message"))
                .isEqualTo("the message is too long");
    }

    private static ProducerRecord<String, byte[]> route(String message, String problem) {
        byte[] bytes = message.replace('\'', '"').getBytes(UTF_8);
        return ROUTER.route(new Delivery(bytes, NOW, "file:3", null, problem))
                .records()
                .get(0);
    }

    private static String header(ProducerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }
}
