package io.tweetlake.serving;

import io.tweetlake.model.Books;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the numbers can be trusted: the services' own books, which commit with what they count, and how far each
 * service is behind. It follows Kafka on a thread of its own; what it says is at most a few seconds old.
 */
final class Pipeline implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LAG_INTERVAL = Duration.ofSeconds(2);
    private static final int PATIENCE_MILLIS = 5_000;
    private static final Duration RATE_SPAN = Duration.ofSeconds(10);

    private static final List<Topic<String, Books>> BOOKS =
            List.of(Topics.BOOKS_INGEST_SERVICE, Topics.BOOKS_ENRICH_STREAMS, Topics.BOOKS_GOLD_AGGREGATOR);

    private static final Map<String, Set<String>> READERS = Map.of(
            Topics.ENRICH_STREAMS,
                    Set.of(
                            Topics.BRONZE_TWEETS_AI.name(),
                            Topics.BRONZE_TWEETS_GENERIC.name(),
                            Topics.BRONZE_NOTICES.name()),
            Topics.GOLD_AGGREGATOR, Set.of(Topics.SILVER_TWEETS.name(), Topics.SILVER_ENTITIES.name()),
            Topics.GOLD_POSTGRES,
                    Set.of(
                            Topics.GOLD_HASHTAG_COUNTS.name(),
                            Topics.GOLD_HAPPY_HASHTAGS.name(),
                            Topics.GOLD_ENTITY_COUNTS.name(),
                            Topics.GOLD_VOLUME.name(),
                            Topics.GOLD_PLACE_COUNTS.name()),
            Topics.LAKE_WRITER, Topics.LAKE.stream().map(Topic::name).collect(Collectors.toUnmodifiableSet()));

    private final Admin admin;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, Map<String, Books>> books = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile Map<String, @Nullable Long> lag = Map.of();
    private volatile double rate;
    private volatile boolean reachable;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * What a person or a program asks first.
     *
     * @param kafka whether the brokers answer
     * @param perSecond messages that arrived a second, over the last ten
     * @param arrived messages that ingest received
     * @param tweets of them, published to the tweet topics
     * @param silver tweets after cleansing; with duplicates, filtered and dead all that was cleansed
     * @param late posts that gold left out because they were late, or from the future
     * @param lag records that a service has still to read; absent if it has never read any
     * @param inFlight tweets that have been published and not yet counted in gold or left out
     * @param balanced whether the books of every service add up
     */
    record State(
            boolean kafka,
            double perSecond,
            long arrived,
            long tweets,
            long notices,
            long silver,
            long duplicates,
            long filtered,
            long dead,
            long late,
            long gold,
            Map<String, @Nullable Long> lag,
            long inFlight,
            boolean balanced) {}

    Pipeline(Map<String, Object> kafka) {
        Map<String, Object> patience = new HashMap<>(kafka);
        patience.put("default.api.timeout.ms", PATIENCE_MILLIS);
        patience.put("request.timeout.ms", PATIENCE_MILLIS - 1_000);
        admin = Admin.create(patience);
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put("isolation.level", "read_committed");
        consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
        thread = new Thread(this::run, "pipeline");
        thread.start();
    }

    State state() {
        Books ingested = sum(Topics.BOOKS_INGEST_SERVICE, step -> true);
        Books cleansed = sum(Topics.BOOKS_ENRICH_STREAMS, step -> step.startsWith("cleanse-"));
        Books counted = sum(Topics.BOOKS_GOLD_AGGREGATOR, step -> step.startsWith("split-tweets-"));
        long tweets = written(ingested, Topics.BRONZE_TWEETS_AI) + written(ingested, Topics.BRONZE_TWEETS_GENERIC);
        long silver = written(cleansed, Topics.SILVER_TWEETS);
        long filtered =
                cleansed.filtered().values().stream().mapToLong(Long::longValue).sum();
        boolean addUp = books.values().stream()
                .flatMap(steps -> steps.values().stream())
                .allMatch(Books::balanced);
        long inFlight = tweets - cleansed.received() + silver - counted.received();
        return new State(
                reachable,
                rate,
                ingested.received(),
                tweets,
                written(ingested, Topics.BRONZE_NOTICES),
                silver,
                cleansed.duplicate(),
                filtered,
                cleansed.dead() + written(ingested, Topics.DLQ_INGEST_SERVICE) + counted.dead(),
                counted.filtered().getOrDefault("late", 0L) + counted.filtered().getOrDefault("future", 0L),
                written(counted, Topics.GOLD_VOLUME),
                lag,
                Math.max(0, inFlight),
                addUp);
    }

    private static long written(Books books, Topic<?, ?> topic) {
        return books.written().getOrDefault(topic.name(), 0L);
    }

    private Books sum(Topic<String, Books> topic, Predicate<String> step) {
        return books.getOrDefault(topic.name(), Map.of()).values().stream()
                .filter(entry -> step.test(entry.step()))
                .reduce(Books.empty(topic.name()), Books::plus);
    }

    private void run() {
        Deque<Map.Entry<Instant, Long>> arrivals = new ArrayDeque<>();
        Instant nextLag = Instant.MIN;
        try (consumer;
                admin) {
            while (closing.getCount() > 0) {
                try {
                    read();
                    Instant now = Instant.now();
                    rate = rate(arrivals, now);
                    if (now.isAfter(nextLag)) {
                        lag = measureLag();
                        nextLag = now.plus(LAG_INTERVAL);
                        reachable = true;
                    }
                } catch (WakeupException | InterruptException e) {
                    throw e;
                } catch (ExecutionException | KafkaException e) {
                    if (reachable) {
                        log.warn("Kafka does not answer: {}", e.getMessage());
                    }
                    reachable = false;
                    nextLag = Instant.now().plus(LAG_INTERVAL);
                }
            }
        } catch (WakeupException | InterruptException | InterruptedException e) {
            if (closing.getCount() > 0) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Reads what the services have reported since the last call; topics may come later. */
    private void read() throws ExecutionException, InterruptedException {
        if (consumer.assignment().isEmpty()) {
            List<TopicPartition> partitions =
                    partitions(BOOKS.stream().map(Topic::name).toList());
            if (partitions.stream().map(TopicPartition::topic).distinct().count() < BOOKS.size()) {
                if (closing.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    log.debug("ended before the topics came");
                }
                return;
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            Books reported =
                    Topics.BOOKS_INGEST_SERVICE.valueSerde().deserializer().deserialize(record.topic(), record.value());
            books.computeIfAbsent(record.topic(), topic -> new ConcurrentHashMap<>())
                    .put(record.key(), Objects.requireNonNull(reported, "books have no tombstones"));
        }
    }

    private double rate(Deque<Map.Entry<Instant, Long>> arrivals, Instant now) {
        arrivals.addLast(
                Map.entry(now, sum(Topics.BOOKS_INGEST_SERVICE, step -> true).received()));
        while (arrivals.size() > 2
                && Duration.between(arrivals.getFirst().getKey(), now).compareTo(RATE_SPAN) > 0) {
            arrivals.removeFirst();
        }
        double seconds = Duration.between(arrivals.getFirst().getKey(), now).toMillis() / 1_000.0;
        return seconds == 0
                ? 0
                : Math.max(
                                0,
                                arrivals.getLast().getValue()
                                        - arrivals.getFirst().getValue())
                        / seconds;
    }

    private Map<String, @Nullable Long> measureLag() throws ExecutionException, InterruptedException {
        Map<String, @Nullable Long> measured = new TreeMap<>();
        for (Map.Entry<String, Set<String>> reader : READERS.entrySet()) {
            measured.put(reader.getKey(), lag(reader.getKey(), reader.getValue()));
        }
        return measured;
    }

    private @Nullable Long lag(String group, Set<String> topics) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        if (committed.isEmpty()) {
            return null;
        }
        Map<TopicPartition, OffsetSpec> asked = partitions(topics).stream()
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(
                        asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get();
        long behind = 0;
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : ends.entrySet()) {
            OffsetAndMetadata done = committed.get(end.getKey());
            behind += Math.max(0, end.getValue().offset() - (done == null ? 0 : done.offset()));
        }
        return behind;
    }

    private List<TopicPartition> partitions(Collection<String> topics) throws ExecutionException, InterruptedException {
        Set<String> existing = admin.listTopics().names().get();
        return admin
                .describeTopics(topics.stream().filter(existing::contains).toList())
                .allTopicNames()
                .get()
                .values()
                .stream()
                .flatMap(topic ->
                        topic.partitions().stream().map(info -> new TopicPartition(topic.name(), info.partition())))
                .toList();
    }

    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        thread.interrupt();
    }
}
