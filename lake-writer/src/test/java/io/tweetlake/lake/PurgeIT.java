package io.tweetlake.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.lake.LakeWriterConfig.Format;
import io.tweetlake.ledger.PurgeReport;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What must go is gone from bronze, tweets and entities, for any reader; all else is as it was. */
@ParameterizedClass
@EnumSource
class PurgeIT {
    private static final DeadLetterSettings NO_DEAD_LETTERS = new DeadLetterSettings("none", Map.of());
    private static final List<Topic<String, ?>> TOPICS =
            List.of(Topics.BRONZE_TWEETS_GENERIC, Topics.SILVER_TWEETS, Topics.SILVER_ENTITIES, Topics.SILVER_NOTICES);

    private static SparkSession spark;
    private static KafkaRows kafka;
    private static Broadcast<SerializableConfiguration> hadoop;

    @Parameter
    private Format format;

    @TempDir
    private Path lake;

    private final Map<Topic<String, ?>, LakeTable> tables = new LinkedHashMap<>();
    private final Map<Topic<String, ?>, Long> written = new LinkedHashMap<>();

    @BeforeAll
    static void startSpark() {
        spark = KafkaRows.spark();
        kafka = new KafkaRows(spark);
        hadoop = LakeTable.hadoop(spark);
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    @BeforeEach
    void open() throws IOException {
        for (Topic<String, ?> topic : TOPICS) {
            tables.put(
                    topic,
                    new Lake(new LakePaths(lake.toUri()), spark, hadoop)
                            .toWrite(List.of(topic), format)
                            .get(0));
            written.put(topic, 0L);
        }
    }

    @Test
    void aDeletedPostIsGoneEverywhereAndNothingElseIs() throws Exception {
        posts("1", "2", "3");
        notice("\"kind\":\"delete\",\"post_id\":\"2\"");
        PurgeReport report = purge();
        assertThat(left()).isEqualTo("1,3 1,3 1,3");
        assertThat(report.tables().get("silver.tweets").rows()).isEqualTo(1);
        assertThat(report.rows()).isEqualTo(3);
        assertThat(tables.get(Topics.SILVER_TWEETS).ledger().state().purged()).isEqualTo(1);
    }

    @Test
    void aNoticeMayComeBeforeItsPost() throws Exception {
        notice("\"kind\":\"delete\",\"post_id\":\"2\"");
        purge();
        posts("1", "2");
        purge();
        assertThat(left()).isEqualTo("1 1 1");
    }

    @Test
    void aPostThatComesAgainGoesAgain() throws Exception {
        post("2", "\"edit_ids\":[\"1\",\"2\"]");
        notice("\"kind\":\"delete\",\"post_id\":\"1\"");
        purge();
        append(Topics.BRONZE_TWEETS_GENERIC, "2", "{}");
        purge();
        assertThat(left()).isEqualTo("  ");
    }

    @Test
    void onlyFilesThatHoldSuchAPostAreRewritten() throws Exception {
        posts("1");
        posts("2");
        List<String> before = tables.get(Topics.SILVER_TWEETS).ledger().state().files().stream()
                .filter(file -> file.offsets().get(0).from() == 0)
                .map(Object::toString)
                .toList();
        notice("\"kind\":\"delete\",\"post_id\":\"2\"");
        assertThat(purge().files()).isEqualTo(3);
        assertThat(tables.get(Topics.SILVER_TWEETS).ledger().state().files().stream()
                        .map(Object::toString))
                .isEqualTo(before);
    }

    @Test
    void everyVersionOfADeletedPostAndItsRepostsGo() throws Exception {
        post("1", "\"edit_ids\":[\"1\",\"2\"]");
        post("2", "\"edit_ids\":[\"1\",\"2\"]");
        post("3", "\"repost_of\":\"2\"");
        post("4", "\"native_id\":\"n4@example\"");
        post("5", "\"edit_ids\":[]");
        notice("\"kind\":\"delete\",\"post_id\":\"2\"");
        notice("\"kind\":\"delete\",\"native_id\":\"n4@example\"");
        purge();
        assertThat(left()).isEqualTo("5 5 5");
    }

    @Test
    void aVersionLeadsToEarlierOnesAndARepostToItsReposts() throws Exception {
        post("1", "\"edit_ids\":[\"1\"]");
        post("2", "\"edit_ids\":[\"1\",\"2\"]");
        post("3", "\"repost_of\":\"1\"");
        post("4", "\"repost_of\":\"3\"");
        post("5", "\"edit_ids\":[]");
        notice("\"kind\":\"delete\",\"post_id\":\"2\"");
        purge();
        assertThat(left()).isEqualTo("5 5 5");
    }

    @Test
    void aPurgeThatWasCutShortIsDoneByTheNext() throws Exception {
        post("1", "\"author_id\":\"u\"");
        posts("2");
        notice("\"kind\":\"account\",\"user_id\":\"u\",\"active\":false,\"event_at\":\"2026-01-01T12:00:00Z\"");
        AtomicBoolean open = new AtomicBoolean();
        LakeTable entities = tables.remove(Topics.SILVER_ENTITIES);
        tables.put(
                Topics.SILVER_ENTITIES,
                new LakeTable(
                        Topics.SILVER_ENTITIES,
                        Ledger.open(
                                Topics.SILVER_ENTITIES,
                                new LakePaths(lake.toUri()),
                                new Configuration(),
                                Duration.ZERO,
                                step -> {
                                    if (open.get()) {
                                        throw new AssertionError("killed");
                                    }
                                }),
                        spark,
                        hadoop));
        open.set(true);
        assertThatThrownBy(this::purge).hasMessage("killed");
        assertThat(left()).startsWith("1,2 2 1,2");

        tables.put(Topics.SILVER_ENTITIES, entities);
        purge();
        assertThat(left()).isEqualTo("2 2 2");
    }

    @Test
    void aPurgeSeesFilesThatARebuiltLedgerKnowsAnew() throws Exception {
        posts("1", "2");
        purge();
        notice("\"kind\":\"delete\",\"post_id\":\"2\"");
        LocalLake.delete(lake.resolve("_ledger"));
        open();
        written.put(Topics.SILVER_NOTICES, 1L);
        purge();
        assertThat(left()).isEqualTo("1 1 1");
    }

    @Test
    void theDeletionOfAnAccountIsThatOfItsPostsSoFar() throws Exception {
        post("1", "\"author_id\":\"u\"");
        post("2", "\"author_id\":\"other\"");
        post("3", "\"author_id\":\"u\",\"created_at\":\"2026-01-02T00:00:00Z\"");
        notice("\"kind\":\"account\",\"user_id\":\"u\",\"active\":false,\"event_at\":\"2026-01-01T12:00:00Z\"");
        purge();
        assertThat(left()).isEqualTo("2,3 2,3 2,3");
    }

    @Test
    void aReactivationPurgesNothing() throws Exception {
        post("1", "\"author_id\":\"u\"");
        notice("\"kind\":\"account\",\"user_id\":\"u\",\"active\":true,\"event_at\":\"2026-01-01T12:00:00Z\"");
        purge();
        assertThat(left()).isEqualTo("1 1 1");
    }

    /** A move to another server ends with the account active there. */
    @Test
    void theLastThatIsSaidOfAnAccountCounts() throws Exception {
        post("1", "\"author_id\":\"back\"");
        post("2", "\"author_id\":\"gone\"");
        notice("\"kind\":\"account\",\"user_id\":\"back\",\"active\":false,\"event_at\":\"2026-01-01T12:00:00Z\"");
        notice("\"kind\":\"account\",\"user_id\":\"gone\",\"active\":true,\"event_at\":\"2026-01-01T12:00:00Z\"");
        notice("\"kind\":\"account\",\"user_id\":\"gone\",\"active\":false,\"event_at\":\"2026-01-01T12:00:01Z\"");
        notice("\"kind\":\"account\",\"user_id\":\"back\",\"active\":true,\"event_at\":\"2026-01-01T12:00:01Z\"");
        purge();
        assertThat(left()).isEqualTo("1 1 1");
    }

    /** An archive, or a gap that is refilled, brings what is no longer true. */
    @Test
    void anOldNoticeOfAnAccountThatComesLateChangesNothing() throws Exception {
        post("1", "\"author_id\":\"back\"");
        notice("\"kind\":\"account\",\"user_id\":\"back\",\"active\":true,\"event_at\":\"2026-01-02T12:00:00Z\"");
        purge();
        notice("\"kind\":\"account\",\"user_id\":\"back\",\"active\":false,\"event_at\":\"2026-01-01T12:00:00Z\"");
        purge();
        assertThat(left()).isEqualTo("1 1 1");
    }

    @Test
    void whatIsWithheldGoes() throws Exception {
        posts("1", "2");
        notice("\"kind\":\"withheld\",\"post_id\":\"1\",\"countries\":[\"XX\"]");
        purge();
        assertThat(left()).isEqualTo("2 2 2");
    }

    @Test
    void aScrubbedPlaceIsForgottenAndItsTweetStays() throws Exception {
        post("99", "\"author_id\":\"u\",\"geo_lat\":1.5,\"geo_lon\":2.5");
        post("100", "\"author_id\":\"u\",\"geo_lat\":1.5,\"geo_lon\":2.5");
        post("98", "\"author_id\":\"u\"");
        notice("\"kind\":\"scrub_geo\",\"user_id\":\"u\",\"up_to_post_id\":\"99\"");
        purge();
        assertThat(left()).isEqualTo("100,98 100,98,99 100,98,99");
        assertThat(query("select id from read_parquet('" + lake
                        + "/silver/tweets/**/*.parquet') where geo_lat is not null"))
                .isEqualTo("100");
    }

    private PurgeReport purge() throws IOException {
        return new Purge(
                        () -> List.copyOf(tables.values()),
                        spark,
                        new PurgeReports(new LakePaths(lake.toUri()), new Configuration()))
                .run();
    }

    private void posts(String... ids) throws IOException {
        append(Topics.BRONZE_TWEETS_GENERIC, ids, "{}");
        append(Topics.SILVER_TWEETS, ids, "{\"source\":\"x\",\"id\":\"%s\",\"created_at\":\"2026-01-01T00:00:00Z\"}");
        append(Topics.SILVER_ENTITIES, ids, "{\"id\":\"%s\",\"created_at\":\"2026-01-01T00:00:00Z\"}");
    }

    private void post(String id, String fields) throws IOException {
        append(Topics.BRONZE_TWEETS_GENERIC, id, "{}");
        String created = fields.contains("created_at") ? "" : "\"created_at\":\"2026-01-01T00:00:00Z\",";
        append(Topics.SILVER_TWEETS, id, "{\"source\":\"x\",\"id\":\"" + id + "\"," + created + fields + "}");
        append(Topics.SILVER_ENTITIES, id, "{\"id\":\"" + id + "\",\"created_at\":\"2026-01-01T00:00:00Z\"}");
    }

    private void notice(String fields) throws IOException {
        append(Topics.SILVER_NOTICES, "", "{\"source\":\"x\",\"observed_at\":\"2026-01-01T13:00:00Z\"," + fields + "}");
    }

    private void append(Topic<String, ?> topic, String key, String value) throws IOException {
        append(topic, new String[] {key}, value);
    }

    private void append(Topic<String, ?> topic, String[] keys, String value) throws IOException {
        List<Row> rows = new ArrayList<>();
        long first = written.get(topic);
        for (int i = 0; i < keys.length; i++) {
            rows.add(KafkaRows.record(
                    first + i, Instant.parse("2026-01-01T00:00:00Z"), keys[i], value.replace("%s", keys[i]), topic));
        }
        new LakeCommit(tables.get(topic), NO_DEAD_LETTERS)
                .publish(kafka.dataset(rows), KafkaRows.range(first, first + keys.length));
        written.put(topic, first + keys.length);
    }

    /** The ids in bronze, tweets and entities, once what is no longer part of a Delta table is gone from it. */
    private String left() throws Exception {
        for (LakeTable table : tables.values()) {
            table.ledger().catchUp();
            table.ledger().forget(Duration.ZERO);
            if (format == Format.DELTA) {
                assertThat(table.files().published())
                        .containsExactlyInAnyOrderElementsOf(
                                table.ledger().delta().files());
            }
        }
        return ids("bronze", "key") + " " + ids("silver/tweets", "id") + " " + ids("silver/entities", "id");
    }

    private String ids(String table, String column) throws Exception {
        try (var files = java.nio.file.Files.walk(lake.resolve(table))) {
            if (files.noneMatch(file -> file.toString().endsWith(".parquet"))) {
                return "";
            }
        }
        return query("select " + column + " from read_parquet('" + lake + "/" + table + "/**/*.parquet')");
    }

    private static String query(String sql) throws Exception {
        List<String> found = LocalLake.query(sql);
        found.sort(null);
        return String.join(",", found);
    }
}
