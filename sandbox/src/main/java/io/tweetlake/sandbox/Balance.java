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
import java.util.List;
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

    private final String bootstrap;
    private final List<Topic<String, Books>> booksTopics;
    private final Admin admin;
    private final KafkaConsumer<String, byte[]> booksConsumer;
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
     * Whether every service downstream of ingest has committed all that its topics hold, checked in the order of the
     * flow.
     */
    boolean drained() throws ExecutionException, InterruptedException {
        return lag(
                                Topics.ENRICH_STREAMS,
                                Set.of(
                                        Topics.BRONZE_TWEETS_AI.name(),
                                        Topics.BRONZE_TWEETS_GENERIC.name(),
                                        Topics.BRONZE_NOTICES.name(),
                                        Topics.SILVER_TWEETS.name()))
                        == 0
                && lag(Topics.GOLD_AGGREGATOR, Set.of(Topics.SILVER_TWEETS.name(), Topics.SILVER_ENTITIES.name())) == 0
                && lakeLag() == 0
                && cleansed().received() == tweetsPublished()
                && noticed().received() == published(Topics.BRONZE_NOTICES)
                && recognized().received() == silverWritten()
                && aggregated().received() == silverWritten()
                && smiled().received() == silverWritten()
                && named().received() == silverWritten();
    }

    /** Records that the lake does not hold yet. */
    long lakeLag() throws ExecutionException, InterruptedException {
        return lag(Topics.LAKE_WRITER, Topics.LAKE.stream().map(Topic::name).collect(Collectors.toSet()));
    }

    /** Records of its topics that a group has not committed, its internal topics among them. */
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
        long lag = 0;
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata done = committed.get(partition);
            long position = done == null ? starts.getOrDefault(partition, 0L) : done.offset();
            lag += Math.max(0, ends.getOrDefault(partition, 0L) - position);
        }
        return lag;
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
    Account account(LakeFiles lake, Duration took) throws ExecutionException, InterruptedException, IOException {
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
                total(ingested.written().values()));
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
                ingested.received(),
                new TreeMap<>(ingested.written()),
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
                        "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        booksConsumer.close();
        admin.close();
    }
}
