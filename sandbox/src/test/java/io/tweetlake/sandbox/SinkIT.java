package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tweetlake.model.HashtagCount;
import io.tweetlake.model.Mentions;
import io.tweetlake.sandbox.dlq.DeadLetters;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.KafkaNode;
import io.tweetlake.sandbox.infra.PostgresNode;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gold's way to Postgres under faults: the tables hold the last record of each key, whatever was killed. */
class SinkIT {
    private static final Duration BOUND = Duration.ofMinutes(1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int KEYS = 3_000;

    @TempDir
    private Path folder;

    private int postgresPort;
    private KafkaNode kafka;
    private PostgresNode postgres;
    private Process gold;
    private String bootstrap;
    private long round;

    @BeforeEach
    void start() throws Exception {
        int kafkaPort = FreePort.find();
        postgresPort = FreePort.find();
        bootstrap = "localhost:" + kafkaPort;
        kafka = KafkaNode.start(folder.resolve("kafka"), kafkaPort);
        kafka.create(Topics.all(), 2);
        postgres = PostgresNode.start(folder.resolve("postgres"), postgresPort);
        gold = launch();
    }

    @AfterEach
    void stop() throws Exception {
        if (gold != null) {
            gold.destroy();
            if (!gold.waitFor(40, TimeUnit.SECONDS)) {
                gold.destroyForcibly();
            }
        }
        if (postgres != null) {
            postgres.close();
        }
        // A broker whose folder is taken away ends the JVM.
        kafka.close();
    }

    @Test
    void waitsForPostgresAndCatchesUp() throws Exception {
        produceAndAwait();
        postgres.close();
        produce();
        await().atMost(BOUND).until(() -> log().contains("Postgres cannot be written to, retrying"));
        produce();
        assertThat(gold.isAlive()).isTrue();
        postgres = PostgresNode.start(folder.resolve("postgres"), postgresPort);
        produceAndAwait();
    }

    /** Into the service's own topics, where nobody but it should write. */
    @Test
    void whatIsNoRecordIsADeadLetterAndNoEnd() throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap), new StringSerializer(), new ByteArraySerializer())) {
            for (byte[] value :
                    new byte[][] {null, "null".getBytes(UTF_8), "{}".getBytes(UTF_8), "rubbish".getBytes(UTF_8)}) {
                producer.send(new ProducerRecord<>(Topics.GOLD_HASHTAG_COUNTS.name(), "rubbish", value))
                        .get();
                producer.send(new ProducerRecord<>(Topics.SILVER_TWEETS.name(), "rubbish", value))
                        .get();
            }
        }
        produceAndAwait();
        assertThat(gold.isAlive()).isTrue();
        assertThat(log()).contains("is no record of gold").doesNotContain("failed:");
        try (DeadLetters letters = new DeadLetters(bootstrap)) {
            // Of gold's topic one each; of silver's one each, and the tombstone from both steps that read it.
            await().atMost(BOUND)
                    .until(() -> letters.newest(Topics.DLQ_GOLD_AGGREGATOR.name(), 100)
                                    .size()
                            == 9);
        }
    }

    @Test
    void losesAndRepeatsNothingWhenKilled() throws Exception {
        for (int kill = 0; kill < 3; kill++) {
            produce();
            gold.destroyForcibly().waitFor();
            gold = launch();
        }
        produceAndAwait();
        assertThat(number("select count(*) from hashtag_counts")).isEqualTo(KEYS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fillsADatabaseThatWasLost(boolean isStopped) throws Exception {
        produceAndAwait();
        if (isStopped) {
            gold.destroy();
            gold.waitFor();
        }
        execute("drop schema public cascade; create schema public");
        if (isStopped) {
            gold = launch();
        }
        awaitAll();
    }

    /** While it is away, and under its feet. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsAgainWhatCameAfterTheDumpThatWasRestored(boolean isStopped) throws Exception {
        produceAndAwait();
        execute("create schema dump; create table dump.counts as select * from hashtag_counts;"
                + " create table dump.positions as select * from positions");
        produceAndAwait();
        if (isStopped) {
            gold.destroy();
            gold.waitFor();
        }
        execute("begin; truncate hashtag_counts, positions; insert into hashtag_counts select * from dump.counts;"
                + " insert into positions select * from dump.positions; commit");
        assertThat(number("select max(mentions) from hashtag_counts")).isEqualTo(1);
        if (isStopped) {
            gold = launch();
        }
        awaitAll();
    }

    @Test
    void aRowThatPostgresRefusesIsADeadLetterAndNoEnd() throws Exception {
        await().atMost(BOUND).ignoreExceptions().until(() -> number("select count(*) from hashtag_counts") == 0);
        execute("alter table hashtag_counts add check (hashtag <> 'tag7' or mentions <> 2)");
        produceAndAwait();
        produce();
        await().atMost(BOUND).until(() -> number("select count(*) from hashtag_counts where mentions = 2") == KEYS - 1);
        assertThat(number("select mentions from hashtag_counts where hashtag = 'tag7'"))
                .isEqualTo(1);
        try (DeadLetters letters = new DeadLetters(bootstrap)) {
            assertThat(letters.newest(Topics.DLQ_GOLD_AGGREGATOR.name(), 100)).hasSize(1);
        }
        produceAndAwait();
    }

    private void produceAndAwait() throws Exception {
        produce();
        awaitAll();
    }

    private void awaitAll() {
        await().atMost(BOUND)
                .ignoreExceptions()
                .until(() ->
                        number("select count(*) from hashtag_counts where hashtag like 'tag%' and mentions = " + round)
                                == KEYS);
    }

    /** One more of each key. */
    private void produce() {
        round++;
        try (KafkaProducer<String, HashtagCount> producer = counts()) {
            for (int key = 0; key < KEYS; key++) {
                producer.send(record("tag" + key));
                if (round == 1 && key < 8) {
                    // To each partition alone: many at once may meet a leader that does not know yet that it is one.
                    producer.flush();
                }
            }
        }
    }

    private KafkaProducer<String, HashtagCount> counts() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap),
                Topics.GOLD_HASHTAG_COUNTS.keySerde().serializer(),
                Topics.GOLD_HASHTAG_COUNTS.valueSerde().serializer());
    }

    private ProducerRecord<String, HashtagCount> record(String hashtag) {
        HashtagCount count = new HashtagCount(
                START, START.plusSeconds(300), hashtag, new Mentions("ai", "en", round, round, 1, 0), List.of());
        return new ProducerRecord<>(Topics.GOLD_HASHTAG_COUNTS.name(), "key of " + hashtag, count);
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        Tweetlake.HOME
                                .resolve("gold-aggregator/target/gold-aggregator.jar")
                                .toString(),
                        "--kafka.bootstrap.servers=" + bootstrap,
                        "--gold.state-folder=" + folder.resolve("state"),
                        "--gold.postgres-url=jdbc:postgresql://localhost:" + postgresPort + "/postgres",
                        "--gold.postgres-user=postgres",
                        "--health.port=0")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("gold.log").toFile()))
                .start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("gold.log"));
    }

    private long number(String query) throws SQLException {
        try (Connection connection = connect();
                ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = connect()) {
            connection.createStatement().execute(statement);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + postgresPort + "/postgres", "postgres", "");
    }
}
