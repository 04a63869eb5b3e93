package io.tweetlake.topic;

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
}
