package io.tweetlake.gold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.gold.GoldDatabase.MovedException;
import io.tweetlake.gold.GoldDatabase.Progress;
import io.tweetlake.gold.GoldTables.Row;
import io.tweetlake.model.HappyHashtag;
import io.tweetlake.model.HashtagCount;
import io.tweetlake.model.Mentions;
import io.tweetlake.model.PlaceCount;
import io.tweetlake.model.Smiles;
import io.tweetlake.model.StreamInterval;
import io.tweetlake.model.Volume;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

class GoldDatabaseIT {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = START.plusSeconds(300);

    private static EmbeddedPostgres postgres;

    private GoldDatabase gold;

    @BeforeAll
    static void startPostgres() throws Exception {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopPostgres() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void migrate() throws Exception {
        execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        gold = new GoldDatabase(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "", Duration.ofHours(24));
        gold.migrate();
    }

    @AfterEach
    void disconnect() {
        gold.close();
    }

    @Test
    void whatIsRepeatedChangesNothing() throws Exception {
        List<Row> rows = rows(hashtag("a", 3), hashtag("b", 1));
        gold.write(rows, START, Map.of());
        gold.write(rows, START, Map.of());
        assertThat(number("SELECT sum(mentions) FROM hashtag_counts")).isEqualTo(4);
    }

    @Test
    void aLaterRecordReplacesAnEarlierOne() throws Exception {
        gold.write(rows(hashtag("a", 3)), START, Map.of());
        gold.write(rows(hashtag("a", 5)), START, Map.of());
        assertThat(number("SELECT mentions FROM hashtag_counts")).isEqualTo(5);
    }

    @Test
    void everyKindOfRecordHasATable() throws Exception {
        gold.write(
                rows(
                        hashtag("a", 1),
                        new HappyHashtag(START, END, "a", new Smiles("ai", "en", 1, 2, 3), List.of()),
                        new io.tweetlake.model.EntityCount(
                                START, END, "PERSON", "ada", "Ada", new Mentions("ai", "en", 1, 1, 1, 0), List.of()),
                        new Volume(START, END, "ai", "en", 1, 0, 0, 0, START),
                        new PlaceCount(START, END, "CH", "N45E005", 1),
                        new StreamInterval("x", "disconnected", START, END, null, "cut", 0, 0, 1, 0, null, null)),
                START,
                Map.of());
        for (String table : List.of(
                "hashtag_counts", "happy_hashtags", "entity_counts", "volume", "place_counts", "stream_intervals")) {
            assertThat(number("SELECT count(*) FROM " + table)).as(table).isEqualTo(1);
        }
    }

    /** One that was stopped between reading and writing, while another took its partitions over. */
    @Test
    void whoIsNotWhereThePartitionIsWritesNothing() throws Exception {
        TopicPartition partition = new TopicPartition("gold.hashtag-counts", 0);
        gold.write(rows(hashtag("a", 1)), START, Map.of(partition, new Progress(null, 5)));
        gold.write(rows(hashtag("a", 2)), START, Map.of(partition, new Progress(5L, 9)));
        for (Progress stale : List.of(new Progress(null, 7), new Progress(5L, 7), new Progress(12L, 14))) {
            assertThatThrownBy(() -> gold.write(rows(hashtag("a", 100)), START, Map.of(partition, stale)))
                    .isInstanceOf(MovedException.class);
        }
        assertThat(number("SELECT mentions FROM hashtag_counts")).isEqualTo(2);
        assertThat(gold.positions()).isEqualTo(Map.of(partition, 9L));
    }

    @Test
    void aRowThatIsRefusedIsToldFromAServerThatIsAway() throws Exception {
        execute("ALTER TABLE hashtag_counts ADD CHECK (hashtag <> 'bad')");
        assertThat(gold.refuses(rows(hashtag("bad", 1)).get(0))).isTrue();
        assertThat(gold.refuses(rows(hashtag("good", 1)).get(0))).isFalse();
        assertThat(number("SELECT count(*) FROM hashtag_counts")).isZero();
    }

    @Test
    void eventTimeNeverGoesBack() throws Exception {
        gold.write(rows(hashtag("a", 1)), END, Map.of());
        gold.write(rows(hashtag("b", 1)), START, Map.of());
        assertThat(gold.asOf()).isEqualTo(END);
    }

    @Test
    void listenersHearOfEachCommit() throws Exception {
        try (Connection listener = postgres.getPostgresDatabase().getConnection()) {
            listener.createStatement().execute("LISTEN gold");
            gold.write(rows(hashtag("a", 1)), START, Map.of());
            PGNotification[] heard = listener.unwrap(PGConnection.class).getNotifications(5_000);
            assertThat(heard).hasSize(1);
            assertThat(heard[0].getParameter()).isEqualTo(START.toString());
        }
    }

    @Test
    void windowsThatEndedBeforeTheRetentionGo() throws Exception {
        gold.write(rows(hashtag("a", 1), new Volume(START, END, "ai", "en", 1, 0, 0, 0, START)), START, Map.of());
        assertThat(gold.deleteBefore(END)).isZero();
        assertThat(gold.deleteBefore(END.plusMillis(1))).isEqualTo(2);
        assertThat(number("SELECT count(*) FROM hashtag_counts")).isZero();
    }

    @Test
    void aLostConnectionIsMadeAnew() throws Exception {
        gold.write(rows(hashtag("a", 1)), START, Map.of());
        execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'gold-aggregator'");
        assertThatThrownBy(() -> gold.write(rows(hashtag("a", 2)), START, Map.of()))
                .isInstanceOf(java.sql.SQLException.class);
        gold.disconnect();
        gold.write(rows(hashtag("a", 2)), START, Map.of());
        assertThat(number("SELECT mentions FROM hashtag_counts")).isEqualTo(2);
    }

    private static HashtagCount hashtag(String hashtag, long mentions) {
        return new HashtagCount(START, END, hashtag, new Mentions("ai", "en", mentions, mentions, 1, 0), List.of());
    }

    private static List<Row> rows(Object... records) {
        return Stream.of(records)
                .flatMap(record -> GoldTables.rows(record).stream())
                .toList();
    }

    private static void execute(String statement) throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            connection.createStatement().execute(statement);
        }
    }

    private static long number(String query) throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
