package io.tweetlake.lake;

import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.LedgerState;
import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
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
        List<TopicPartition> partitions =
                admin.describeTopics(List.of(topic.name())).allTopicNames().get().values().stream()
                        .flatMap(description -> description.partitions().stream())
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
        if (!lost.isEmpty()) {
            accept(topic, ledger, lost, acceptLoss);
        }
        return begin;
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
