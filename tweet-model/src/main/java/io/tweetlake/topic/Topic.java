package io.tweetlake.topic;

import java.time.Duration;
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
        String size = String.valueOf(MAX_RECORD_BYTES);
        Map<String, String> settings =
                switch (retention) {
                    case TIME ->
                        Map.of("max.message.bytes", size, "retention.ms", String.valueOf(timeToKeep.toMillis()));
                    case COMPACTED -> Map.of("max.message.bytes", size, "cleanup.policy", "compact");
                };
        return new NewTopic(name, partitions, replication).configs(settings);
    }
}
