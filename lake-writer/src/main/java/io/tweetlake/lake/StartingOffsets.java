package io.tweetlake.lake;

import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.LedgerState;
import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the writing of a topic begins: where its ledger ends, if the broker still has what comes next. */
final class StartingOffsets {
    private static final Logger log = LoggerFactory.getLogger(StartingOffsets.class);

    private StartingOffsets() {}

    /**
     * The next offset of each partition of a topic.
     *
     * @param acceptLoss whether records that the broker has deleted before they were read are noted as lost
     * @throws IOException if there are such records and that is not accepted, or if the topic is not the one that was
     *     read
     */
    static Map<Integer, Long> of(Topic<?, ?> topic, Ledger ledger, Admin admin, boolean acceptLoss)
            throws IOException, ExecutionException, InterruptedException {
        TopicDescription description = Objects.requireNonNull(admin.describeTopics(List.of(topic.name()))
                .allTopicNames()
                .get()
                .get(topic.name()));
        requireSame(topic, ledger, description.topicId());
        List<TopicPartition> partitions = description.partitions().stream()
                .map(info -> new TopicPartition(topic.name(), info.partition()))
                .toList();
        Map<Integer, Long> earliest = offsets(admin, partitions, OffsetSpec.earliest());
        Map<Integer, Long> latest = offsets(admin, partitions, OffsetSpec.latest());
        LedgerState state = ledger.state();
        Map<Integer, Long> begin = new TreeMap<>();
        Map<Integer, OffsetRange> lost = new TreeMap<>();
        earliest.forEach((partition, first) -> {
            OffsetRange read = state.read().get(partition);
            begin.put(partition, read == null ? first : Math.max(first, read.until()));
            if (read != null && read.until() < first) {
                lost.put(partition, new OffsetRange(read.until(), first));
            }
        });
        for (Map.Entry<Integer, OffsetRange> read : state.read().entrySet()) {
            Long end = latest.get(read.getKey());
            if (end == null || end < read.getValue().until()) {
                throw new IOException(
                        "partition %d of %s ends at offset %s, but the lake has read it up to %d: it is another topic of that name. Bring the old one back, or write to another lake (lake.root)"
                                .formatted(
                                        read.getKey(),
                                        topic.name(),
                                        end,
                                        read.getValue().until()));
            }
        }
        note(ledger, description.topicId());
        if (!lost.isEmpty()) {
            accept(topic, ledger, lost, acceptLoss);
        }
        return begin;
    }

    /** A topic that was deleted and made anew has another id, also when it has grown past where the old one ended. */
    private static void requireSame(Topic<?, ?> topic, Ledger ledger, Uuid id) throws IOException {
        String known = ledger.state().topicId();
        if (known != null && !known.equals(id.toString())) {
            throw new IOException(
                    "%s was deleted and made anew (Kafka's id of it is %s, the lake has read %s): offsets that were read mean other records now. Write to another lake (lake.root)"
                            .formatted(topic.name(), id, known));
        }
    }

    private static void note(Ledger ledger, Uuid id) throws IOException {
        if (ledger.state().topicId() == null && !id.equals(Uuid.ZERO_UUID)) {
            LedgerEntry unused = ledger.commit(
                    state -> state.topicId() == null ? LedgerEntry.topic(state.number() + 1, id.toString()) : null);
        }
    }

    private static void accept(Topic<?, ?> topic, Ledger ledger, Map<Integer, OffsetRange> lost, boolean acceptLoss)
            throws IOException {
        String ranges = lost.entrySet().stream()
                .map(range -> "%d to %d of partition %d"
                        .formatted(range.getValue().from(), range.getValue().until() - 1, range.getKey()))
                .collect(Collectors.joining(", "));
        if (!acceptLoss) {
            throw new IOException(
                    "the broker has deleted offsets %s of %s (its retention) before they were in the lake. If they cannot be brought back, start once with lake.accept-loss=true: they are then noted in the ledger as lost"
                            .formatted(ranges, topic.name()));
        }
        log.warn("offsets {} of {} are lost, as lake.accept-loss allows", ranges, topic.name());
        ledger.commit(state ->
                LedgerEntry.read(state.number() + 1, LedgerEntry.Kind.LOST, lost, 0, List.of(), List.of(), List.of()));
    }

    private static Map<Integer, Long> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, InterruptedException {
        return admin
                .listOffsets(partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> spec)))
                .all()
                .get()
                .entrySet()
                .stream()
                .collect(Collectors.toMap(entry -> entry.getKey().partition(), entry -> entry.getValue()
                        .offset()));
    }
}
