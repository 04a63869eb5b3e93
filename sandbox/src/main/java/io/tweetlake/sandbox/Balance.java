package io.tweetlake.sandbox;

import io.tweetlake.ledger.LedgerState;
import io.tweetlake.model.Books;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What has become of everything that was read, from three independent witnesses: the services' own books, a count of
 * the topics' committed records, and the footers of the lake's files. One thread uses it.
 */
final class Balance implements AutoCloseable {
    private static final List<Topic<String, Books>> BOOKS = List.of(
            Topics.BOOKS_INGEST_SERVICE,
            Topics.BOOKS_ENRICH_STREAMS,
            Topics.BOOKS_GOLD_AGGREGATOR,
            Topics.BOOKS_REDRIVE);

    /** A lag of more offsets than this is not looked into. */
    private static final long COUNTED_LAG = 1_000;

    private static final Duration COUNTING_BOUND = Duration.ofSeconds(5);

    private final String bootstrap;
    private final List<Topic<String, Books>> booksTopics;
    private final Admin admin;
    private final KafkaConsumer<String, byte[]> booksConsumer;
    private final KafkaConsumer<String, byte[]> lagConsumer;
    private final Map<String, Map<String, Books>> books = new HashMap<>();

    /** Of all live services. */
    Balance(String bootstrap) {
        this(bootstrap, BOOKS);
    }

    /** Of those who write some books. */
    Balance(String bootstrap, List<Topic<String, Books>> booksTopics) {
        this.bootstrap = bootstrap;
        this.booksTopics = booksTopics;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        this.booksConsumer = consumer();
        this.lagConsumer = consumer();
    }

    /**
     * The books of a service so far, all its steps' by the step's name without the partition.
     *
     * @param step of a topology, or the source of ingest
     */
    Books books(Topic<String, Books> topic, Predicate<String> step) {
        return books.getOrDefault(topic.name(), Map.of()).values().stream()
                .filter(entry -> step.test(entry.step()))
                .reduce(Books.empty(topic.name()), Books::plus);
    }

    Books ingested() {
        return books(Topics.BOOKS_INGEST_SERVICE, step -> true);
    }

    Books cleansed() {
        return books(Topics.BOOKS_ENRICH_STREAMS, step -> step.startsWith("cleanse-"));
    }

    Books recognized() {
        return books(Topics.BOOKS_ENRICH_STREAMS, step -> step.startsWith("recognize-"));
    }

    Books noticed() {
        return books(Topics.BOOKS_ENRICH_STREAMS, step -> step.startsWith("notice-"));
    }

    Books aggregated() {
        return books(Topics.BOOKS_GOLD_AGGREGATOR, step -> step.startsWith("split-tweets-"));
    }

    Books smiled() {
        return books(Topics.BOOKS_GOLD_AGGREGATOR, step -> step.startsWith("split-smiles-"));
    }

    Books named() {
        return books(Topics.BOOKS_GOLD_AGGREGATOR, step -> step.startsWith("split-entities-"));
    }

    /** How many dead letters have been sent back to a topic. */
    private long redriven(String topic) {
        return books(Topics.BOOKS_REDRIVE, step -> true).written().getOrDefault(topic, 0L);
    }

    /** Reads what the services have reported since the last call. */
    void update() throws ExecutionException, InterruptedException {
        if (booksConsumer.assignment().isEmpty()) {
            List<TopicPartition> partitions =
                    partitions(booksTopics.stream().map(Topic::name).toList());
            if (partitions.isEmpty()) {
                return;
            }
            boolean all =
                    partitions.stream().map(TopicPartition::topic).distinct().count() == booksTopics.size();
            if (!all) {
                return;
            }
            booksConsumer.assign(partitions);
            booksConsumer.seekToBeginning(partitions);
        }
        Map<String, Topic<String, Books>> byName =
                booksTopics.stream().collect(Collectors.toMap(Topic::name, topic -> topic));
        for (ConsumerRecord<String, byte[]> record : booksConsumer.poll(Duration.ofMillis(100))) {
            Topic<String, Books> topic = java.util.Objects.requireNonNull(byName.get(record.topic()));
            Books reported = topic.valueSerde().deserializer().deserialize(topic.name(), record.value());
            books.computeIfAbsent(topic.name(), name -> new HashMap<>()).put(record.key(), reported);
        }
    }

    /**
     * What is still to be done with all that ingest has published, the first of the flow; null once every service has
     * received and committed it.
     */
    @Nullable
    String undrained() throws ExecutionException, InterruptedException {
        long silver = silverWritten();
        Map<String, Long> unread = new LinkedHashMap<>();
        unread.put("to cleanse", tweetsPublished() - cleansed().received());
        unread.put(
                "notices to read", published(Topics.BRONZE_NOTICES) - noticed().received());
        unread.put("to recognize entities in", silver - recognized().received());
        unread.put("to aggregate", silver - aggregated().received());
        unread.put("to count smiles in", silver - smiled().received());
        unread.put("to count entities of", silver - named().received());
        for (Map.Entry<String, Long> left : unread.entrySet()) {
            if (left.getValue() != 0) {
                return String.format(Locale.ROOT, "%,d %s", left.getValue(), left.getKey());
            }
        }
        Set<String> enriched = Set.of(
                Topics.BRONZE_TWEETS_AI.name(),
                Topics.BRONZE_TWEETS_GENERIC.name(),
                Topics.BRONZE_NOTICES.name(),
                Topics.SILVER_TWEETS.name());
        Set<String> aggregated = Set.of(Topics.SILVER_TWEETS.name(), Topics.SILVER_ENTITIES.name());
        if (lag(Topics.ENRICH_STREAMS, enriched) > 0) {
            return "enrich-streams is to commit";
        }
        if (lag(Topics.GOLD_AGGREGATOR, aggregated) > 0) {
            return "gold-aggregator is to commit";
        }
        return lakeLag() > 0 ? "lake-writer is to write" : null;
    }

    /** Records that the lake does not hold yet. */
    long lakeLag() throws ExecutionException, InterruptedException {
        return lag(Topics.LAKE_WRITER, Topics.LAKE.stream().map(Topic::name).collect(Collectors.toSet()));
    }

    /**
     * Records of its topics that a group has not committed, its internal topics among them; at most that many, and
     * exact when they are few. A group that has read all records may never commit the offsets of the transactions'
     * markers behind the last of them: a topology does not when it has been started in between.
     */
    long lag(String group, Set<String> sources) throws ExecutionException, InterruptedException {
        Set<String> topics = admin.listTopics().names().get().stream()
                .filter(name ->
                        sources.contains(name) || (name.startsWith(group + "-") && name.endsWith("-repartition")))
                .collect(Collectors.toSet());
        if (!topics.containsAll(sources)) {
            return Long.MAX_VALUE;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        List<TopicPartition> partitions = partitions(topics);
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        Map<TopicPartition, Long> starts = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> positions = new HashMap<>();
        long offsets = 0;
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata done = committed.get(partition);
            long start = starts.getOrDefault(partition, 0L);
            long position = done == null ? start : Math.max(start, done.offset());
            long end = ends.getOrDefault(partition, 0L);
            if (position < end) {
                positions.put(partition, position);
                offsets += end - position;
            }
        }
        return offsets == 0 || offsets > COUNTED_LAG ? offsets : records(positions, ends, offsets);
    }

    /** Committed records from the positions to the ends; the offsets between, if the broker does not answer in time. */
    private long records(Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends, long offsets) {
        lagConsumer.assign(positions.keySet());
        positions.forEach(lagConsumer::seek);
        long records = 0;
        long deadline = System.nanoTime() + COUNTING_BOUND.toNanos();
        while (positions.keySet().stream().anyMatch(p -> lagConsumer.position(p) < ends.getOrDefault(p, 0L))) {
            if (System.nanoTime() > deadline) {
                return offsets;
            }
            for (ConsumerRecord<String, byte[]> record : lagConsumer.poll(Duration.ofMillis(100))) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                records += record.offset() < ends.getOrDefault(partition, 0L) ? 1 : 0;
            }
        }
        return records;
    }

    /**
     * What the topics hold.
     *
     * @param records committed records, by topic; a transaction's markers take offsets too, so offsets do not tell
     * @param keys distinct keys of a topic whose table holds the last record of each
     */
    private record Counted(Map<String, Long> records, Map<String, Set<String>> keys) {
        long records(Topic<?, ?> topic) {
            return records.getOrDefault(topic.name(), 0L);
        }

        /** Rows that the lake must hold, but for those that were no rows or have been purged. */
        long rows(Topic<?, ?> topic) {
            return topic.retention() == Topic.Retention.COMPACTED
                    ? keys.getOrDefault(topic.name(), Set.of()).size()
                    : records(topic);
        }

        private void add(ConsumerRecord<String, byte[]> record) {
            records.merge(record.topic(), 1L, Long::sum);
            if (keys.containsKey(record.topic())) {
                keys.get(record.topic()).add(record.key());
            }
        }
    }

    private Counted count() throws ExecutionException, InterruptedException {
        List<String> names = Topics.all().stream()
                .filter(topic -> topic.retention() == Topic.Retention.TIME || Topics.LAKE.contains(topic))
                .map(Topic::name)
                .toList();
        Counted counted = new Counted(new TreeMap<>(), new HashMap<>());
        names.forEach(name -> counted.records().put(name, 0L));
        Topics.LAKE.stream()
                .filter(topic -> topic.retention() == Topic.Retention.COMPACTED)
                .forEach(topic -> counted.keys().put(topic.name(), new HashSet<>()));
        List<TopicPartition> partitions = partitions(names);
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        try (KafkaConsumer<String, byte[]> consumer = consumer()) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofSeconds(1)).forEach(counted::add);
            }
        }
        return counted;
    }

    /** The account of everything, once drained. */
    Account account(LakeFiles lake, Duration took, Account.@Nullable Inputs inputs)
            throws ExecutionException, InterruptedException, IOException {
        Counted counted = count();
        Map<String, Long> rows = new TreeMap<>();
        for (Topic<?, ?> topic : Topics.LAKE) {
            rows.put(topic.name(), lake.rows(topic));
        }
        List<String> imbalances = new ArrayList<>();
        Books ingested = ingested();
        Books cleansed = cleansed();
        check(
                imbalances,
                "ingest-service's books",
                ingested.received(),
                total(ingested.written().values()) + total(ingested.filtered().values()));
        ingested.written()
                .forEach((topic, count) -> check(
                        imbalances,
                        topic,
                        count + redriven(topic),
                        counted.records().getOrDefault(topic, 0L)));
        if (!cleansed.balanced()
                || !recognized().balanced()
                || !noticed().balanced()
                || !aggregated().balanced()
                || !smiled().balanced()
                || !named().balanced()) {
            imbalances.add("the books of a topology do not add up");
        }
        check(imbalances, "tweets received by enrich-streams", tweetsPublished(), cleansed.received());
        check(imbalances, "silver.tweets", silverWritten(), counted.records(Topics.SILVER_TWEETS));
        check(imbalances, "silver.entities", silverWritten(), counted.records(Topics.SILVER_ENTITIES));
        check(imbalances, "silver.notices", silverNotices(), counted.records(Topics.SILVER_NOTICES));
        check(
                imbalances,
                "dlq.enrich-streams",
                cleansed.dead() + noticed().dead(),
                counted.records(Topics.DLQ_ENRICH_STREAMS));
        check(
                imbalances,
                "tweets received by gold-aggregator",
                silverWritten(),
                aggregated().received());
        check(imbalances, "tweets looked at for smiles", silverWritten(), smiled().received());
        check(imbalances, "tweets looked at for entities", silverWritten(), named().received());
        for (Topic<?, ?> topic : Topics.LAKE) {
            // The clock writes it, also between these two counts.
            boolean byClock = topic.equals(Topics.SILVER_QUALITY);
            long inLake = rows.getOrDefault(topic.name(), 0L);
            LedgerState ledger = lake.ledgers().state(topic);
            long expected = counted.rows(topic) - ledger.dead() - ledger.purged();
            check(imbalances, "lake " + topic.name(), byClock ? inLake : expected, inLake);
        }
        return new Account(
                inputs,
                ingested.received(),
                new TreeMap<>(ingested.written()),
                new TreeMap<>(ingested.filtered()),
                new Account.Silver(
                        silverWritten(), cleansed.duplicate(), new TreeMap<>(cleansed.filtered()), cleansed.dead()),
                rows,
                took.toMillis() / 1000.0,
                imbalances.isEmpty(),
                imbalances);
    }

    private static void check(List<String> imbalances, String what, long expected, long actual) {
        if (expected != actual) {
            imbalances.add("%s: %d expected, %d found".formatted(what, expected, actual));
        }
    }

    /** All tweets that enrich-streams is to receive. */
    private long tweetsPublished() {
        return published(Topics.BRONZE_TWEETS_AI) + published(Topics.BRONZE_TWEETS_GENERIC);
    }

    /** What ingest wrote to a topic, and what was sent back to it. */
    private long published(Topic<?, ?> topic) {
        return ingested().written().getOrDefault(topic.name(), 0L) + redriven(topic.name());
    }

    private long silverNotices() {
        return noticed().written().getOrDefault(Topics.SILVER_NOTICES.name(), 0L);
    }

    private long silverWritten() {
        return cleansed().written().getOrDefault(Topics.SILVER_TWEETS.name(), 0L);
    }

    private static long total(Collection<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = partitions.stream().collect(Collectors.toMap(p -> p, p -> spec));
        Map<TopicPartition, ListOffsetsResultInfo> answer = admin.listOffsets(
                        asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get();
        return answer.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                .offset()));
    }

    /** All partitions of those of the topics that exist. */
    private List<TopicPartition> partitions(Collection<String> topics) throws ExecutionException, InterruptedException {
        Set<String> existing = admin.listTopics().names().get();
        List<String> asked = topics.stream().filter(existing::contains).toList();
        return admin.describeTopics(asked).allTopicNames().get().values().stream()
                .flatMap(Balance::partitionsOf)
                .toList();
    }

    private static java.util.stream.Stream<TopicPartition> partitionsOf(TopicDescription topic) {
        return topic.partitions().stream().map(info -> new TopicPartition(topic.name(), info.partition()));
    }

    private KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        // Records that were deleted meanwhile are left out, not those behind them.
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        booksConsumer.close();
        lagConsumer.close();
        admin.close();
    }
}
