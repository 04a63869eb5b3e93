package io.tweetlake.topic;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tweetlake.model.Json;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The strict JSON of a record; a record without a value stays one, a tombstone; the word {@code null} is none.
 * Thread-safe.
 */
public final class JsonSerde<T> implements Serde<T> {
    private final Class<T> type;

    public JsonSerde(Class<T> type) {
        this.type = type;
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, value) -> write(value);
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, json) -> read(topic, json);
    }

    private static byte @Nullable [] write(@Nullable Object value) {
        try {
            return value == null ? null : Json.write(value);
        } catch (JsonProcessingException e) {
            throw new SerializationException(
                    "cannot write a " + value.getClass().getSimpleName(), e);
        }
    }

    private @Nullable T read(String topic, byte @Nullable [] json) {
        try {
            if (json == null) {
                return null;
            }
            T value = Json.read(json, type);
            if (value == null) {
                throw new SerializationException("the word null in " + topic);
            }
            return value;
        } catch (IOException e) {
            throw new SerializationException("not a " + type.getSimpleName() + " in " + topic, e);
        }
    }
}
