package io.tweetlake.serving;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.tweetlake.model.Notice;
import io.tweetlake.topic.JsonSerde;
import io.tweetlake.topic.Topics;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A calm sample of {@code silver.tweets}: the newest few of each half second, whatever the rate, so that its cost does
 * not grow with the stream. A post that is deleted is taken back. It has a thread of its own.
 */
final class Ticker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Ticker.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int KEPT = 50;
    private static final int PER_INTERVAL = 1;

    /** Commit markers take offsets too: so many before the end there is a tweet, if one has come. */
    private static final int BEFORE_END = 8;

    private static final Set<String> TAKES_BACK = Set.of(Notice.DELETE, Notice.DROP, Notice.WITHHELD);
    private static final JsonSerde<Tick> TICKS = new JsonSerde<>(Tick.class);
    private static final JsonSerde<Retraction> NOTICES = new JsonSerde<>(Retraction.class);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Consumer<Tick> shows;
    private final Consumer<String> takesBack;
    private final Deque<Tick> recent = new ArrayDeque<>();
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** What a page shows of a tweet. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Tick(
            String id,
            @Nullable String nativeId,
            String source,
            Instant createdAt,
            String text,
            String lang,
            String tier,
            @Nullable String authorHandle,
            @Nullable String authorName,
            @Nullable String repostOf) {
        private static final int SHOWN = 600;

        Tick {
            // A hundred thousand characters are a post and no line of a page.
            if (text.length() > SHOWN) {
                text = text.substring(
                        0, text.offsetByCodePoints(0, Math.min(SHOWN, text.codePointCount(0, text.length()))));
            }
        }
    }

    /** What a notice says of a post. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Retraction(
            String kind, @Nullable String postId, @Nullable String nativeId) {}

    /**
     * Starts it.
     *
     * @param shows gets each tweet of the sample
     * @param takesBack gets the id of each that must go again
     */
    Ticker(Map<String, Object> kafka, Consumer<Tick> shows, Consumer<String> takesBack) {
        this.shows = shows;
        this.takesBack = takesBack;
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put("isolation.level", "read_committed");
        consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
        thread = new Thread(this::run, "ticker");
        thread.start();
    }

    /** The sample of late, newest first. */
    List<Tick> recent() {
        synchronized (recent) {
            return List.copyOf(recent);
        }
    }

    private void run() {
        try (consumer) {
            do {
                try {
                    tick();
                } catch (WakeupException | InterruptException e) {
                    throw e;
                } catch (KafkaException | UncheckedIOException e) {
                    // The brokers are away, or a record is none: the next tick reads newer ones.
                    log.debug("nothing to show", e);
                }
            } while (!closing.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (WakeupException | InterruptException | InterruptedException e) {
            log.debug("the ticker ended", e);
        }
    }

    private void tick() {
        if (consumer.assignment().isEmpty() && !assigned()) {
            return;
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        ends.forEach((partition, end) -> {
            boolean isTweets = partition.topic().equals(Topics.SILVER_TWEETS.name());
            if (isTweets && consumer.position(partition) < end - BEFORE_END) {
                consumer.seek(partition, Math.max(0, end - BEFORE_END));
            }
        });
        ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<String, byte[]>> of = records.records(partition);
            if (partition.topic().equals(Topics.SILVER_NOTICES.name())) {
                of.forEach(record -> take(NOTICES.deserializer().deserialize(record.topic(), record.value())));
            } else {
                of.subList(Math.max(0, of.size() - PER_INTERVAL), of.size())
                        .forEach(record -> show(TICKS.deserializer().deserialize(record.topic(), record.value())));
            }
        }
    }

    private boolean assigned() {
        List<TopicPartition> partitions = new ArrayList<>();
        Map<String, List<PartitionInfo>> topics = consumer.listTopics();
        for (String topic : List.of(Topics.SILVER_TWEETS.name(), Topics.SILVER_NOTICES.name())) {
            for (PartitionInfo info : topics.getOrDefault(topic, List.of())) {
                partitions.add(new TopicPartition(topic, info.partition()));
            }
        }
        if (partitions.stream().map(TopicPartition::topic).distinct().count() < 2) {
            return false;
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.stream()
                .filter(partition -> partition.topic().equals(Topics.SILVER_TWEETS.name()))
                .forEach(partition ->
                        consumer.seek(partition, Math.max(0, consumer.position(partition) - 2L * BEFORE_END)));
        return true;
    }

    private void show(@Nullable Tick tick) {
        Tick shown = Objects.requireNonNull(tick, "silver has no tombstones");
        synchronized (recent) {
            recent.addFirst(shown);
            if (recent.size() > KEPT) {
                recent.removeLast();
            }
        }
        shows.accept(shown);
    }

    private void take(@Nullable Retraction notice) {
        if (notice == null || !TAKES_BACK.contains(notice.kind())) {
            return;
        }
        List<Tick> gone;
        synchronized (recent) {
            gone = recent.stream().filter(tick -> isAbout(notice, tick)).toList();
            recent.removeAll(gone);
        }
        gone.forEach(tick -> takesBack.accept(tick.id()));
    }

    private static boolean isAbout(Retraction notice, Tick tick) {
        return tick.id().equals(notice.postId())
                || (notice.postId() != null && notice.postId().equals(tick.repostOf()))
                || (notice.nativeId() != null && notice.nativeId().equals(tick.nativeId()));
    }

    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        thread.interrupt();
    }
}
