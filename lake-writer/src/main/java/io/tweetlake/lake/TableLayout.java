package io.tweetlake.lake;

import io.tweetlake.topic.Topic;
import java.io.Serializable;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a table, and which of them say where a row belongs.
 *
 * @param time index of the column whose hour is the row's folder
 * @param arrival index of the column that says when the record arrived, or {@link #NONE}
 * @param within how long before its arrival, in microseconds, a row's time may be and still be its hour
 * @param partition index of the record's Kafka partition
 * @param offset index of the record's offset
 */
record TableLayout(StructType schema, int time, int arrival, long within, int partition, int offset)
        implements Serializable {
    static final int NONE = -1;

    /** The record's key, in tables that hold the last record of each key. */
    static final String KEY = "kafka_key";

    private static final DataType HEADERS = DataTypes.createArrayType(
            new StructType().add("key", DataTypes.StringType).add("value", DataTypes.BinaryType));

    static final StructType BRONZE = new StructType()
            .add("topic", DataTypes.StringType)
            .add("partition", DataTypes.IntegerType)
            .add("offset", DataTypes.LongType)
            .add("timestamp", DataTypes.TimestampType)
            .add("key", DataTypes.StringType)
            .add("headers", HEADERS)
            .add("value", DataTypes.BinaryType);

    private static final long HOUR_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final int HOURS_A_DAY = 24;
    private static final String CREATED = "created_at";
    private static final String ARRIVED = "observed_at";

    private static final List<String> EVENT_TIMES = List.of(CREATED, "window_start", "started_at", ARRIVED);

    /**
     * The table of a topic. Bronze is the record itself: coordinates, key, headers and the bytes as delivered, by hour
     * of arrival. Silver and gold are typed columns, by hour of event time, and end with the record's coordinates.
     */
    static TableLayout of(Topic<?, ?> topic) {
        if (topic.valueType() == byte[].class) {
            return new TableLayout(
                    BRONZE,
                    BRONZE.fieldIndex("timestamp"),
                    NONE,
                    Long.MAX_VALUE,
                    BRONZE.fieldIndex("partition"),
                    BRONZE.fieldIndex("offset"));
        }
        StructType record = LakeSchema.of(topic.valueType());
        StructType schema = isKeyed(topic) ? record.add(KEY, DataTypes.StringType) : record;
        return new TableLayout(
                schema.add("kafka_partition", DataTypes.IntegerType).add("kafka_offset", DataTypes.LongType),
                schema.fieldIndex(eventTime(schema)),
                eventTime(schema).equals(CREATED) ? schema.fieldIndex(ARRIVED) : NONE,
                Long.MAX_VALUE,
                schema.size(),
                schema.size() + 1);
    }

    /** The same table as files that were written earlier have it, with other columns beside these. */
    TableLayout of(StructType written) {
        String[] names = schema.fieldNames();
        return new TableLayout(
                written,
                written.fieldIndex(names[time]),
                arrival == NONE ? NONE : written.fieldIndex(names[arrival]),
                within,
                written.fieldIndex(names[partition]),
                written.fieldIndex(names[offset]));
    }

    /**
     * The same table; a post that was written longer before its arrival is filed by month. Its author may have chosen
     * the time: each hour that one makes up would be files for ever.
     */
    TableLayout hoursWithin(Duration before) {
        return new TableLayout(schema, time, arrival, TimeUnit.MICROSECONDS.convert(before), partition, offset);
    }

    /** Hours since 1970 of the folder that a row belongs into: its own, or the first of its month. */
    long hourOf(InternalRow row) {
        long at = row.getLong(time);
        long hour = Math.floorDiv(at, HOUR_MICROS);
        if (arrival == NONE || row.isNullAt(arrival) || row.getLong(arrival) - at <= within) {
            return hour;
        }
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(hour, HOURS_A_DAY));
        return day.withDayOfMonth(1).toEpochDay() * HOURS_A_DAY;
    }

    String timeName() {
        return schema.fieldNames()[time];
    }

    /** Whether the table holds the last record of each key, and not every record. */
    static boolean isKeyed(Topic<?, ?> topic) {
        return topic.retention() == Topic.Retention.COMPACTED;
    }

    /** A post's creation, the start of a window or interval; of a notice, which may have no time, its arrival. */
    private static String eventTime(StructType schema) {
        return EVENT_TIMES.stream()
                .filter(name -> schema.getFieldIndex(name).isDefined())
                .findFirst()
                .orElseThrow();
    }
}
