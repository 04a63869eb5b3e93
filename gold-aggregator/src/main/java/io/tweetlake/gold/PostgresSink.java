package io.tweetlake.gold;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.tweetlake.gold.GoldDatabase.MovedException;
import io.tweetlake.gold.GoldDatabase.Progress;
import io.tweetlake.gold.GoldTables.Row;
import io.tweetlake.model.Volume;
import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gold topics, and the intervals of the streams, to Postgres: upserts by window and key, and with them how far each
 * partition is, in one transaction. Where Postgres is decides where reading goes on, also after a restore; the offsets
 * of the group show it. While Postgres is away it waits, and catches up; a row that it refuses is a dead letter. It has
 * a thread of its own.
 */
final class PostgresSink implements AutoCloseable {
    static final List<Topic<String, ?>> SOURCES = List.of(
            Topics.GOLD_HASHTAG_COUNTS,
            Topics.GOLD_HAPPY_HASHTAGS,
            Topics.GOLD_ENTITY_COUNTS,
            Topics.GOLD_VOLUME,
            Topics.GOLD_PLACE_COUNTS,
            Topics.BRONZE_GAPS);

    private static final Logger log = LoggerFactory.getLogger(PostgresSink.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(2);
    /** The SQL state of a table that is not there. */
    private static final String NO_TABLE = "42P01";

    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(10);
    private static final Duration CLEAN_INTERVAL = Duration.ofMinutes(10);

    private final Service service;
    private final GoldDatabase database;
    private final Duration retention;
    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaProducer<String, byte[]> deadLetters;
    private final CompletableFuture<Void> end;
    private final AtomicBoolean up = new AtomicBoolean();
    private final Counter written;
    private volatile boolean closing;

    /** How far Postgres is with each partition, as it was last known. */
    private final Map<TopicPartition, Long> stored = new HashMap<>();

    /** Another member of the group may have the partitions of what is at hand. */
    private boolean abandoned;

    /** Whether the consumer is elsewhere than Postgres. */
    private boolean misplaced;

    private @Nullable Instant asOf;
    private long committed = System.nanoTime();
    private long nextLook = System.nanoTime();
    private long nextClean = System.nanoTime();

    /** A row and the record that it is of. */
    private record Written(Row row, ConsumerRecord<String, byte[]> record) {}

    private PostgresSink(Service service, GoldDatabase database, Duration retention) {
        this.service = service;
        this.database = database;
        this.retention = retention;
        Map<String, Object> properties = service.config(KafkaConfig.class).properties();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, Topics.GOLD_POSTGRES);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        // What is new in one partition does not wait for the others.
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
        Map<String, Object> writing = service.config(KafkaConfig.class).properties();
        writing.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.MAX_RECORD_BYTES);
        deadLetters = new KafkaProducer<>(writing, new StringSerializer(), new ByteArraySerializer());
        Gauge.builder("gold.postgres.up", up, state -> state.get() ? 1 : 0)
                .description("whether the last write to Postgres succeeded")
                .register(service.metrics());
        written = Counter.builder("gold.postgres.rows")
                .description("rows written to Postgres")
                .register(service.metrics());
        end = CompletableFuture.runAsync(this::run, task -> new Thread(task, "postgres-sink").start());
    }

    /** Starts it. Its topics exist or are this service's own. */
    static PostgresSink start(Service service, GoldDatabase database, Duration retention) {
        return new PostgresSink(service, database, retention);
    }

    /**
     * Fails if it has.
     *
     * @throws ExecutionException with the cause
     */
    void check() throws ExecutionException, InterruptedException {
        if (end.isDone()) {
            end.get();
        }
    }

    private void run() {
        try (consumer;
                deadLetters;
                database) {
            if (!prepared()) {
                return;
            }
            consumer.subscribe(SOURCES.stream().map(Topic::name).toList(), new Placement());
            while (!closing) {
                if (misplaced && !placed()) {
                    continue;
                }
                ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
                boolean done = records.isEmpty() || stored(records);
                // Without records too: the markers of transactions take offsets.
                misplaced |= !done;
                if (done && (!records.isEmpty() || System.nanoTime() - committed > COMMIT_INTERVAL.toNanos())) {
                    show();
                }
                lookWherePostgresIs();
                clean();
            }
        } catch (WakeupException e) {
            if (!closing) {
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nothing is read of a partition before it is known how far Postgres is with it. */
    private final class Placement implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.pause(partitions);
            misplaced = true;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            abandoned = true;
        }
    }

    /** Goes to where Postgres is; whether that could be found out. */
    private boolean placed() throws InterruptedException {
        Set<TopicPartition> assigned = consumer.assignment();
        Map<TopicPartition, Long> positions;
        try {
            asOf = database.asOf();
            positions = database.positions();
            if (positions.isEmpty() && asOf != null) {
                begin(ofGroup());
                positions = database.positions();
            }
            Set<TopicPartition> unknown = new HashSet<>(assigned);
            unknown.removeAll(positions.keySet());
            if (!unknown.isEmpty()) {
                begin(consumer.beginningOffsets(unknown));
                positions = database.positions();
            }
        } catch (SQLException e) {
            failed(e);
            return false;
        } catch (MovedException e) {
            log.debug("another member begins as well", e);
            return false;
        }
        succeeded();
        stored.clear();
        stored.putAll(positions);
        for (TopicPartition partition : assigned) {
            consumer.seek(partition, Objects.requireNonNull(positions.get(partition)));
        }
        consumer.resume(consumer.paused());
        misplaced = false;
        return true;
    }

    /** A database of a version that did not say how far it is goes on where the group is. */
    private Map<TopicPartition, Long> ofGroup() {
        Set<TopicPartition> all = SOURCES.stream()
                .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet());
        Map<TopicPartition, Long> offsets = new HashMap<>();
        consumer.committed(all).forEach((partition, committed) -> {
            if (committed != null) {
                offsets.put(partition, committed.offset());
            }
        });
        return offsets;
    }

    private void begin(Map<TopicPartition, Long> offsets) throws SQLException, MovedException {
        Map<TopicPartition, Progress> begun = new HashMap<>();
        offsets.forEach((partition, offset) -> begun.put(partition, new Progress(null, offset)));
        database.write(List.of(), null, begun);
    }

    /** Commits how far it is, for those who look at the group: Postgres decides. */
    private void show() {
        committed = System.nanoTime();
        try {
            consumer.commitSync();
        } catch (CommitFailedException | RebalanceInProgressException | TimeoutException e) {
            log.info("the offsets of the group are not shown: {}", rootMessage(e));
            misplaced = true;
        }
    }

    /** A state of yesterday may be brought back at any time, also while no record comes that would show it. */
    private void lookWherePostgresIs() throws InterruptedException {
        if (System.nanoTime() - nextLook < 0) {
            return;
        }
        nextLook = System.nanoTime() + LOOK_INTERVAL.toNanos();
        try {
            Map<TopicPartition, Long> positions = database.positions();
            for (TopicPartition partition : consumer.assignment()) {
                if (!Objects.equals(positions.get(partition), stored.get(partition)) && !misplaced) {
                    log.warn("Postgres is not where it was; what came since is read again from {} on", positions);
                    misplaced = true;
                }
            }
            succeeded();
        } catch (SQLException e) {
            failed(e);
        }
    }

    /** Waits for the database; whether it came before the end. */
    private boolean prepared() throws InterruptedException {
        while (!closing) {
            try {
                database.migrate();
                asOf = database.asOf();
                succeeded();
                return true;
            } catch (FlywayException | SQLException e) {
                failed(e);
            }
        }
        return false;
    }

    /** Writes what was read, however long it takes; whether it did before the end. */
    private boolean stored(ConsumerRecords<String, byte[]> records) throws InterruptedException {
        Map<List<Object>, Written> last = new LinkedHashMap<>();
        Map<TopicPartition, Progress> read = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            read.put(partition, new Progress(stored.get(partition), consumer.position(partition)));
        }
        Instant newest = asOf;
        for (ConsumerRecord<String, byte[]> record : records) {
            Topic<String, ?> topic = Objects.requireNonNull(Topics.byName().get(record.topic()));
            List<Row> rows;
            try {
                Object value = Objects.requireNonNull(
                        topic.valueSerde().deserializer().deserialize(topic.name(), record.value()),
                        "a record without a value");
                rows = GoldTables.rows(value);
                if (value instanceof Volume volume) {
                    newest = later(newest, volume.newestAt());
                }
            } catch (SerializationException | NullPointerException unreadable) {
                deadLetter(record, unreadable);
                continue;
            }
            for (Row row : rows) {
                List<Object> key = new ArrayList<>();
                key.add(row.table());
                key.addAll(row.values().subList(0, row.table().key().size()));
                last.put(key, new Written(row, record));
            }
        }
        abandoned = false;
        while (!closing && !abandoned) {
            try {
                database.write(last.values().stream().map(Written::row).toList(), newest, read);
                read.forEach((partition, progress) -> stored.put(partition, progress.until()));
                asOf = newest;
                written.increment(last.size());
                succeeded();
                return true;
            } catch (MovedException e) {
                log.info("reading again from where Postgres is: {}", e.getMessage());
                return false;
            } catch (SQLException e) {
                if (!GoldDatabase.isAboutARow(e) || !removed(last.values(), e)) {
                    failed(e);
                }
            }
        }
        return false;
    }

    /**
     * Takes out the rows that Postgres refuses, whose records become dead letters; whether there are any, and Postgres
     * could be asked.
     */
    private boolean removed(Collection<Written> rows, SQLException cause) throws InterruptedException {
        database.disconnect();
        Set<ConsumerRecord<String, byte[]>> refused = new LinkedHashSet<>();
        try {
            for (Written row : rows) {
                if (database.refuses(row.row())) {
                    refused.add(row.record());
                }
            }
        } catch (SQLException e) {
            failed(e);
            return true;
        }
        for (ConsumerRecord<String, byte[]> record : refused) {
            deadLetter(record, new IllegalArgumentException("Postgres refuses a row: " + rootMessage(cause)));
        }
        return rows.removeIf(row -> refused.contains(row.record()));
    }

    /** With the headers that Kafka Streams gives its own (KIP-1034). It is there before its offset is committed. */
    private void deadLetter(ConsumerRecord<String, byte[]> record, RuntimeException cause) throws InterruptedException {
        log.warn(
                "{}-{} at offset {} is no record of gold: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                rootMessage(cause));
        ProducerRecord<String, byte[]> letter = new ProducerRecord<>(
                Topics.DLQ_GOLD_AGGREGATOR.name(), null, record.timestamp(), record.key(), record.value());
        Map.of(
                        "exception", cause.getClass().getName(),
                        "message", rootMessage(cause),
                        "topic", record.topic(),
                        "partition", String.valueOf(record.partition()),
                        "offset", String.valueOf(record.offset()))
                .forEach((name, value) -> letter.headers().add("__streams.errors." + name, value.getBytes(UTF_8)));
        try {
            deadLetters.send(letter).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a dead letter cannot be written", e);
        }
    }

    /** A post from the future brings event time to now at most. */
    private static Instant later(@Nullable Instant newest, Instant time) {
        Instant now = Instant.now();
        Instant bounded = time.isAfter(now) ? now : time;
        return newest == null || bounded.isAfter(newest) ? bounded : newest;
    }

    private void clean() throws InterruptedException {
        if (asOf == null || System.nanoTime() - nextClean < 0) {
            return;
        }
        nextClean = System.nanoTime() + CLEAN_INTERVAL.toNanos();
        try {
            long deleted = database.deleteBefore(asOf.minus(retention));
            if (deleted > 0) {
                log.info("{} rows that ended more than {} ago are deleted", deleted, retention);
            }
        } catch (SQLException e) {
            failed(e);
        }
    }

    private void succeeded() {
        if (up.compareAndSet(false, true)) {
            log.info("gold goes to Postgres");
        }
    }

    /** Waits a little, and tells the group that this member is alive. */
    private void failed(Exception e) throws InterruptedException {
        if (up.getAndSet(false) || asOf == null) {
            log.warn("Postgres cannot be written to, retrying: {}", rootMessage(e));
            log.debug("the cause", e);
        }
        database.disconnect();
        if (e instanceof SQLException sql && NO_TABLE.equals(sql.getSQLState())) {
            migrated();
        }
        if (consumer.subscription().isEmpty()) {
            closing = closing || service.awaitStop(RETRY);
            return;
        }
        consumer.pause(consumer.assignment());
        // Partitions that have just been assigned are not paused: what comes of them is read again.
        ConsumerRecords<String, byte[]> early = consumer.poll(Duration.ZERO);
        early.partitions()
                .forEach(partition ->
                        consumer.seek(partition, early.records(partition).get(0).offset()));
        closing = closing || service.awaitStop(RETRY);
        consumer.resume(consumer.paused());
    }

    /** The tables may have been dropped, or be those of an earlier version. */
    private void migrated() {
        try {
            database.migrate();
            misplaced = true;
        } catch (FlywayException e) {
            log.warn("the tables cannot be made: {}", rootMessage(e));
        }
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }

    /** Ends it after the rows it has at hand. */
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        end.handle((done, failure) -> null).join();
    }
}
