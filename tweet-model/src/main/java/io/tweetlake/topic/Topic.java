package io.tweetlake.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serde;

/**
 * A topic, with what goes into it.
 *
 * @param name {@code <stage>.<dataset>}
 * @param owner the service that creates it and alone writes to it
 * @param valueType the record that its values are, or {@code byte[]} where they are kept as delivered
 * @param retention what its broker keeps
 */
public record Topic<K, V>(
        String name, String owner, Class<V> valueType, Serde<K> keySerde, Serde<V> valueSerde, Retention retention) {

    /** The largest record of any topic: more than the longest line that ingest takes. */
    public static final int MAX_RECORD_BYTES = 24 * 1024 * 1024;

    /** With so many replicas two must have a record, and one broker may still be away. */
    private static final int REPLICAS_FOR_TWO = 3;

    /**
     * What the broker keeps of a topic: everything for a time that is a setting, or the last record of each key for
     * ever.
     */
    public enum Retention {
        TIME,
        COMPACTED
    }

    /** The topic's name with dots read as slashes, relative to the lake root. */
    public String lakePath() {
        return name.replace('.', '/');
    }

    /** A topic of the same records under another name. */
    public Topic<K, V> as(String newName, String newOwner) {
        return new Topic<>(newName, newOwner, valueType, keySerde, valueSerde, retention);
    }

    /** The topic as a broker creates it. */
    public NewTopic definition(int partitions, short replication, Duration timeToKeep) {
        Map<String, String> settings = new HashMap<>();
        settings.put("max.message.bytes", String.valueOf(MAX_RECORD_BYTES));
        switch (retention) {
            case TIME -> settings.put("retention.ms", String.valueOf(timeToKeep.toMillis()));
            case COMPACTED -> settings.put("cleanup.policy", "compact");
        }
        if (replication >= REPLICAS_FOR_TWO) {
            // Else a record counts as written when one broker has it, and goes with that broker.
            settings.put("min.insync.replicas", "2");
        }
        return new NewTopic(name, partitions, replication).configs(settings);
    }
}
