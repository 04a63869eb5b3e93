package io.tweetlake.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes over a real server and a real Postgres with the tables that gold-aggregator makes. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServingIT {
    private static final Path SCHEMA = Path.of("../gold-aggregator/src/main/resources/db/migration");
    private static final Map<String, Object> NO_KAFKA = Map.of("bootstrap.servers", "localhost:9");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static EmbeddedPostgres postgres;
    private static Database database;
    private static Live live;
    private static Pipeline pipeline;
    private static Ticker ticker;
    private static Javalin server;

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.start();
        database = new Database(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "");
        live = new Live(database, 2);
        pipeline = new Pipeline(NO_KAFKA);
        ticker = new Ticker(NO_KAFKA, tick -> {}, id -> {});
        server = HttpApi.create(
                new HttpApi.GoldParts(new Gold(database), live, ticker, pipeline), new Ner(2), 2, HttpApi.Place.ALONE);
        server.start("localhost", 0);
    }

    @AfterAll
    static void stop() throws Exception {
        live.close();
        server.stop();
        ticker.close();
        pipeline.close();
        database.close();
        postgres.close();
    }

    @BeforeEach
    void fill() throws Exception {
        execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        for (String migration : List.of("V1__gold.sql", "V2__ranked.sql")) {
            execute(Files.readString(SCHEMA.resolve(migration)));
        }
        execute("INSERT INTO progress (as_of, grace_seconds) VALUES ('2026-01-01T01:30:00Z', 3600)");
        volume("2026-01-01T00:00:00Z", 100);
        volume("2026-01-01T01:00:00Z", 40);
        hashtag("2026-01-01T00:00:00Z", "old", 50);
        hashtag("2026-01-01T00:00:00Z", "b", 2);
        hashtag("2026-01-01T01:00:00Z", "old", 20);
        hashtag("2026-01-01T01:00:00Z", "b", 10);
        hashtag("2026-01-01T01:00:00Z", "a", 10);
    }

    @Test
    void tellsAProxyToPassLiveEventsOn() throws Exception {
        HttpResponse<InputStream> events = follow();
        try (InputStream body = events.body()) {
            assertThat(events.headers().firstValue("X-Accel-Buffering")).contains("no");
            assertThat(events.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/event-stream");
            assertThat(events.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(new String(body.readNBytes(12), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("event: hello");
        }
    }

    @Test
    void servesBelowAPath() throws Exception {
        Javalin below = HttpApi.create(
                new HttpApi.GoldParts(new Gold(database), live, ticker, pipeline),
                null,
                2,
                new HttpApi.Place("/tweet/lake", true));
        below.start("localhost", 0);
        try {
            String address = "http://localhost:" + below.port();
            assertThat(status(address + "/tweet/lake/")).isEqualTo(200);
            assertThat(status(address + "/tweet/lake/app.js")).isEqualTo(200);
            assertThat(status(address + "/tweet/lake/api/v1/windows")).isEqualTo(200);
            assertThat(status(address + "/api/v1/windows")).isEqualTo(404);
            HttpResponse<String> bare = HTTP.send(
                    HttpRequest.newBuilder(URI.create(address + "/tweet/lake"))
                            .header("X-Forwarded-Proto", "https")
                            .header("X-Forwarded-Host", "lake.example")
                            .build(),
                    BodyHandlers.ofString());
            assertThat(bare.statusCode()).isIn(301, 302);
            assertThat(bare.headers().firstValue("Location").orElseThrow())
                    .isIn("/tweet/lake/", "https://lake.example/tweet/lake/");
        } finally {
            below.stop();
        }
    }

    private static int status(String address) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    /**
     * Whatever stands in an address, the answer is one, or says what is wrong: {@code -Dfuzz.requests=N} asks N times.
     */
    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void noParameterIsAnError() throws Exception {
        Random random = new Random(1);
        List<String> routes = List.of("trending", "entities", "happiest", "volume", "languages", "places", "hashtags/");
        List<String> names =
                List.of("window", "at", "tier", "lang", "limit", "sort", "type", "points", "from", "to", "mode", "x");
        List<String> values = List.of(
                "1h",
                "",
                "-1",
                "999999999999999999999",
                "%00",
                "%F0%9F%98%80",
                "'",
                "2026-01-01T00:00:00Z",
                "%2B999999999-12-31T23:59:59Z",
                "a".repeat(3_000),
                "%ED%A0%80",
                "..%2F",
                "%CC%81".repeat(300),
                "%C4%B0".repeat(300));
        for (int i = 0; i < Integer.getInteger("fuzz.requests", 2_000); i++) {
            StringBuilder path = new StringBuilder(routes.get(random.nextInt(routes.size())));
            if (path.toString().endsWith("/")) {
                path.append(values.get(random.nextInt(values.size())));
            }
            path.append('?');
            for (int p = random.nextInt(4); p > 0; p--) {
                path.append(names.get(random.nextInt(names.size())))
                        .append('=')
                        .append(values.get(random.nextInt(values.size())))
                        .append('&');
            }
            HttpResponse<String> answer = get(path.toString());
            assertThat(answer.statusCode()).as(path + ": " + answer.body()).isIn(200, 400, 404, 414, 431);
        }
    }

    @Test
    void ranksByMentionsAndBreaksTiesByName() throws Exception {
        JsonNode answer = json("trending?window=1h");
        assertThat(names(answer)).containsExactly("old", "a", "b");
        assertThat(answer.path("window").path("start").asText()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(answer.path("items").get(0).path("share").asDouble()).isEqualTo(0.5);
        assertThat(answer.path("items").get(2).path("previous_rank").asInt()).isEqualTo(2);
        assertThat(answer.path("items").get(1).has("previous_rank")).isFalse();
    }

    /** The row of all that is rare in a full window is for SQL. */
    @Test
    void whatManyHashtagsShareRanksNowhere() throws Exception {
        execute("INSERT INTO hashtag_counts VALUES"
                + " (3600, '2026-01-01T01:00:00Z', '(other)', '', '', 0, 100000, 1, 1, 0)");
        assertThat(names(json("trending?window=1h&sort=rising"))).containsExactly("a", "b", "old");
        assertThat(names(json("trending?window=1h&lang=en"))).containsExactly("old", "a", "b");
    }

    @Test
    void whatRisesIsMoreThanWasToBeExpectedByNow() throws Exception {
        JsonNode answer = json("trending?window=1h&sort=rising");
        assertThat(names(answer)).containsExactly("a", "b", "old");
        // Half of the hour has passed: 25 were to be expected.
        assertThat(answer.path("items").get(2).path("rising").asDouble()).isEqualTo((20 - 25) / Math.sqrt(26));
    }

    @Test
    void theRankBeforeIsByTheSameOrder() throws Exception {
        volume("2025-12-31T23:00:00Z", 100);
        hashtag("2025-12-31T23:00:00Z", "old", 100);
        JsonNode items = json("trending?window=1h&sort=rising").path("items");
        // In the hour before, b rose from 0 to 2 and old fell from 100 to 50.
        assertThat(json("trending?window=1h&sort=rising").path("ranked").asBoolean())
                .isTrue();
        assertThat(items.get(0).has("previous_rank")).isFalse();
        assertThat(items.get(1).path("previous_rank").asInt()).isEqualTo(1);
        assertThat(items.get(2).path("previous_rank").asInt()).isEqualTo(2);
    }

    @Test
    void windowsThatOverlapAreNotWhatWasBefore() throws Exception {
        volume("2026-01-01T00:30:00Z", 100);
        hashtag("2026-01-01T00:30:00Z", "old", 1_000);
        JsonNode answer = json("trending?window=1h&sort=rising&at=2026-01-01T01:45:00Z");
        assertThat(answer.path("window").path("start").asText()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(answer.path("items").get(2).path("rising").asDouble()).isEqualTo((20 - 25) / Math.sqrt(26));
    }

    /** Read, looked up, and read after all; the last number is of hashtags with too few mentions to rise. */
    @ParameterizedTest
    @CsvSource({"600, 0", "600, 10000", "10000, 0"})
    void theOrderByScoreIsExactBeyondTheFirstCandidates(int steady, int rare) throws Exception {
        volume("2026-01-01T00:30:00Z", 100);
        hashtag("2026-01-01T00:30:00Z", "a", 1_000);
        execute("INSERT INTO hashtag_counts SELECT 3600, start, 'steady' || n, 'ai', 'en', 15, mentions, 1, 1, 0"
                + " FROM (VALUES (timestamptz '2026-01-01T00:00:00Z', 1000), ('2026-01-01T01:00:00Z', 530)) w (start, mentions),"
                + " generate_series(1, " + steady + ") n");
        execute(
                "INSERT INTO hashtag_counts SELECT 3600, '2026-01-01T01:00:00Z', 'rare' || n, 'ai', 'en', 15, 1, 1, 1, 0"
                        + " FROM generate_series(1, " + rare + ") n");
        execute("INSERT INTO entity_counts SELECT 3600, window_start, 'PERSON', hashtag, hashtag, tier, lang, scopes,"
                + " mentions, 1, 1, 0 FROM hashtag_counts");
        execute("INSERT INTO entity_counts VALUES"
                + " (3600, '2026-01-01T01:00:00Z', 'LOCATION', 'b', 'b', 'ai', 'en', 15, 400, 1, 1, 0)");
        String at = "?window=1h&sort=rising&limit=3&at=2026-01-01T01:30:00Z";
        assertThat(names(json("trending" + at))).containsExactly("a", "b", "steady1");
        assertThat(names(json("entities" + at + "&type=PERSON"))).containsExactly("a", "b", "steady1");
        assertThat(names(json("entities" + at))).containsExactly("b", "a", "b");
        int all = steady + rare + 3;
        String last = "trending?window=1h&sort=rising&limit=100&offset=10000&at=2026-01-01T01:30:00Z";
        assertThat(names(json(last))).hasSize(Math.min(100, Math.max(0, all - 10_000)));
    }

    @Test
    void pagesFollowEachOther() throws Exception {
        JsonNode first = json("trending?window=1h&limit=2");
        assertThat(first.path("next_offset").asInt()).isEqualTo(2);
        JsonNode second = json("trending?window=1h&limit=2&offset=2");
        assertThat(names(second)).containsExactly("b");
        assertThat(second.path("items").get(0).path("rank").asInt()).isEqualTo(3);
        assertThat(second.has("next_offset")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 6",
        "&tier=ai, 3",
        "&tier=generic, 3",
        "&lang=en, 5",
        "&lang=de, 1",
        "&tier=ai&lang=en, 2",
        "&tier=ai&lang=de, 1"
    })
    void aFilterIsAnsweredByTheRowThatSaysSo(String filter, int mentions) throws Exception {
        execute("DELETE FROM hashtag_counts");
        String values = "INSERT INTO hashtag_counts VALUES (3600, '2026-01-01T01:00:00Z', 'x', ";
        execute(values + "'', '', 1, 6, 1, 1, 0)");
        execute(values + "'ai', '', 2, 3, 1, 1, 0)");
        execute(values + "'', 'en', 4, 5, 1, 1, 0)");
        execute(values + "'ai', 'en', 8, 2, 1, 1, 0)");
        execute(values + "'ai', 'de', 12, 1, 1, 1, 0)");
        execute(values + "'generic', 'en', 10, 3, 1, 1, 0)");
        JsonNode items = json("trending?window=1h" + filter).path("items");
        assertThat(items).hasSize(1);
        assertThat(items.get(0).path("mentions").asInt()).isEqualTo(mentions);
    }

    @ParameterizedTest
    @CsvSource({"01:30, open", "02:00, closing", "02:59, closing", "03:00, final"})
    void aWindowSaysWhetherItCanStillChange(String asOf, String state) throws Exception {
        execute("UPDATE progress SET as_of = '2026-01-01T" + asOf + ":00Z'");
        assertThat(json("trending?window=1h&at=2026-01-01T01:10:00Z")
                        .path("window")
                        .path("state")
                        .asText())
                .isEqualTo(state);
    }

    @Test
    void ofHoppingWindowsTheOneThatIsFullestIsShown() throws Exception {
        for (String start : List.of("00:31", "00:35", "01:25", "01:30")) {
            execute("INSERT INTO happy_hashtags VALUES (3600, '2026-01-01T" + start
                    + ":00Z', 'a', 'ai', 'en', 15, 2, 3, 4)");
        }
        JsonNode answer = json("happiest?window=1h&mode=sum");
        assertThat(answer.path("window").path("start").asText()).isEqualTo("2026-01-01T00:31:00Z");
        assertThat(answer.path("items").get(0).path("smiles").asInt()).isEqualTo(4);
    }

    @Test
    void aGapIsNoZero() throws Exception {
        execute(
                "INSERT INTO stream_intervals VALUES ('x', 'disconnected', '2026-01-01T00:10:00Z', '2026-01-01T00:20:00Z', 0, 0, 'cut')");
        JsonNode answer = json("volume?window=1h&points=3");
        assertThat(answer.path("points").get(0).has("posts")).isFalse();
        assertThat(answer.path("points").get(1).path("posts").asInt()).isEqualTo(100);
        assertThat(answer.path("gaps").get(0).path("cause").asText()).isEqualTo("cut");
    }

    @Test
    void aHashtagOverTimeIsFoundAsItIsWritten() throws Exception {
        JsonNode points = json("hashtags/%23OLD?window=1h").path("points");
        assertThat(points).hasSize(2);
        assertThat(points.get(0).path("mentions").asInt()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trending?windw=1h",
                "trending?window=soon",
                "trending?window=0s",
                "trending?window=7m",
                "trending?window=99999d",
                "trending?at=-1000000000-01-01T00:00:00Z",
                "trending?limit=0",
                "trending?limit=101",
                "trending?limit=1&limit=2",
                "trending?offset=-1",
                "trending?sort=best",
                "trending?tier=ai'%20OR%201=1--",
                "trending?lang=%3Cscript%3E",
                "trending?at=yesterday",
                "entities?type=x';drop",
                "happiest?mode=min",
                "volume?points=1001"
            })
    void whatItDoesNotUnderstandIsABadRequest(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(new ObjectMapper().readTree(answer.body()).path("detail").asText())
                .isNotEmpty();
    }

    @Test
    void beforeTheFirstWindowItSaysSo() throws Exception {
        execute("DELETE FROM progress");
        assertThat(get("trending").statusCode()).isEqualTo(503);
        execute("DROP TABLE progress");
        assertThat(get("trending").statusCode()).isEqualTo(503);
    }

    @Test
    void whoHasTheAnswerIsNotSentItAgain() throws Exception {
        String tag = get("trending").headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = HTTP.send(
                HttpRequest.newBuilder(uri("trending"))
                        .header("If-None-Match", tag)
                        .build(),
                BodyHandlers.ofString());
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void everyAnswerForbidsForeignContent() throws Exception {
        for (String path : List.of("/", "/app.js", "/api/v1/trending", "/nothing")) {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .as(path)
                    .contains("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
    }

    @Test
    void aPageThatFollowsHearsOfEachCommit() throws Exception {
        HttpResponse<InputStream> stream = follow();
        while (stream.statusCode() == 429) {
            // Pages that have gone are noticed when they are written to.
            execute("SELECT pg_notify('gold', 'before')");
            stream = follow();
        }
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
            List<String> events = new ArrayList<>();
            while (!events.contains("data: {\"as_of\":\"now\"}")) {
                execute("SELECT pg_notify('gold', 'now')");
                for (String line = lines.readLine(); !line.isEmpty(); line = lines.readLine()) {
                    events.add(line);
                }
            }
            assertThat(events).contains("event: hello", "event: gold");
        }
    }

    @Test
    void pagesThatFollowAreBounded() throws Exception {
        List<HttpResponse<InputStream>> streams = new ArrayList<>();
        HttpResponse<InputStream> refused = follow();
        while (refused.statusCode() == 200) {
            streams.add(refused);
            assertThat(streams).hasSizeLessThan(5);
            refused = follow();
        }
        assertThat(refused.statusCode()).isEqualTo(429);
        for (HttpResponse<InputStream> stream : streams) {
            stream.body().close();
        }
    }

    @Test
    void entitiesComeWithTheirOffsets() throws Exception {
        HttpResponse<String> one = post("/api/v1/ner", "{\"text\": \"\uD83D\uDE00 Angela Merkel was in Berlin.\"}");
        assertThat(one.statusCode()).isEqualTo(200);
        assertThat(one.body())
                .contains("{\"text\":\"Angela Merkel\",\"type\":\"PERSON\",\"start\":2,\"end\":15,")
                .contains("\"Berlin\"");
        JsonNode several = new ObjectMapper()
                .readTree(post("/api/v1/ner", "{\"texts\": [\"Berlin\", \"nobody\"]}")
                        .body());
        assertThat(several.path("results")).hasSize(2);
        assertThat(several.path("results").get(1).path("entities")).isEmpty();
    }

    @Test
    void moreTextsAtOnceThanCanWaitAreRefused() {
        List<Integer> answers = IntStream.range(0, 40)
                .mapToObj(n -> "{\"text\": \"%s\"}".formatted(("Angela Merkel " + n + " ").repeat(1_000)))
                .map(body -> HTTP.sendAsync(posted("/api/v1/ner", body), BodyHandlers.ofString()))
                .toList()
                .stream()
                .map(answer -> answer.join().statusCode())
                .toList();
        assertThat(answers).contains(200, 429).containsOnly(200, 429);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/text/ner/spacy", "/spacy/api/v0.1/ner"})
    void theHistoricRoutesAnswerAsTheyDid(String route) throws Exception {
        HttpResponse<String> answer = post(route, "{\"text\": \"Angela Merkel was in Berlin.\"}");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("{\"res\":\"{'PERSON': 'Angela Merkel', 'LOCATION': 'Berlin'}\"}");
        assertThat(post(route, "{}").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "{\"text\": \"a\", \"texts\": []}",
                "{\"txt\": \"a\"}",
                "{\"texts\": [null]}"
            })
    void aBodyThatIsNoQuestionIsABadRequest(String body) throws Exception {
        assertThat(post("/api/v1/ner", body).statusCode()).isEqualTo(400);
    }

    @Test
    void aBodyIsBounded() throws Exception {
        assertThat(post("/api/v1/ner", "{\"text\": \"" + "a".repeat(Ner.MAX_BODY) + "\"}")
                        .statusCode())
                .isEqualTo(413);
        assertThat(post("/api/v1/ner", "{\"text\": \"" + "a".repeat(30_000) + "\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void theDescriptionNamesEveryRoute() throws Exception {
        JsonNode paths = json("openapi.json").path("paths");
        List<String> names = new ArrayList<>();
        paths.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "/api/v1/windows",
                        "/api/v1/trending",
                        "/api/v1/entities",
                        "/api/v1/happiest",
                        "/api/v1/volume",
                        "/api/v1/languages",
                        "/api/v1/places",
                        "/api/v1/hashtags/{hashtag}",
                        "/api/v1/tweets",
                        "/api/v1/pipeline",
                        "/api/v1/live",
                        "/api/v1/ner",
                        "/text/ner/spacy",
                        "/spacy/api/v0.1/ner");
    }

    private static List<String> names(JsonNode answer) {
        return StreamSupport.stream(answer.path("items").spliterator(), false)
                .map(item -> item.path("name").asText())
                .toList();
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + server.port() + "/api/v1/" + path);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private static JsonNode json(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private static HttpResponse<InputStream> follow() throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(uri("live"))
                        .header("Accept", "text/event-stream")
                        .build(),
                BodyHandlers.ofInputStream());
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return HTTP.send(posted(path, body), BodyHandlers.ofString());
    }

    private static HttpRequest posted(String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static void volume(String start, int posts) throws Exception {
        execute("INSERT INTO volume VALUES (3600, '%s', 'ai', 'en', %d, 0, 0, 0)".formatted(start, posts));
    }

    private static void hashtag(String start, String hashtag, int mentions) throws Exception {
        execute("INSERT INTO hashtag_counts VALUES (3600, '%s', '%s', 'ai', 'en', 15, %d, 1, 1, 0)"
                .formatted(start, hashtag, mentions));
    }

    private static void execute(String statement) throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            connection.createStatement().execute(statement);
        }
    }
}
