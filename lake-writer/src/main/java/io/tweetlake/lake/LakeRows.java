package io.tweetlake.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.from_json;

import io.tweetlake.topic.Topic;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a topic. Bronze is the record itself: coordinates, key, headers and the bytes as delivered, by hour of
 * arrival. Silver and gold are typed columns, by hour of event time, and end with the record's coordinates.
 */
final class LakeRows {
    /** A record that is not of its topic's schema stops the query: nothing is written as nulls. */
    private static final Map<String, String> STRICT = Map.of("mode", "FAILFAST");

    private static final List<String> EVENT_TIMES = List.of("created_at", "window_start", "started_at", "observed_at");

    private LakeRows() {}

    /**
     * The rows of some records of a topic, with the partition columns {@code date} and {@code hour}.
     *
     * @param records as Spark's Kafka source gives them, with headers
     */
    static Dataset<Row> of(Topic<?, ?> topic, Dataset<Row> records) {
        if (topic.valueType() == byte[].class) {
            return partitioned(
                    records.select(
                            col("topic"),
                            col("partition"),
                            col("offset"),
                            col("timestamp"),
                            col("key").cast("string"),
                            col("headers"),
                            col("value")),
                    col("timestamp"));
        }
        StructType schema = LakeSchema.of(topic.valueType());
        Column record = from_json(col("value").cast("string"), schema, STRICT).as("record");
        Dataset<Row> rows = records.select(
                        record,
                        col("partition").as("kafka_partition"),
                        col("offset").as("kafka_offset"))
                .select("record.*", "kafka_partition", "kafka_offset");
        return partitioned(rows, col(eventTime(schema)));
    }

    /** One record without content, as Spark's Kafka source would give it. */
    static Dataset<Row> sample(SparkSession spark, Topic<?, ?> topic) {
        return spark.sql(
                "select '%s' topic, 0 partition, 0L offset, timestamp_millis(0) timestamp, cast('' as binary) key,"
                                .formatted(topic.name())
                        + " array(named_struct('key', '', 'value', cast('' as binary))) headers, cast('{}' as binary) value");
    }

    /** A post's creation, the start of a window or interval; of a notice, which may have no time, its arrival. */
    private static String eventTime(StructType schema) {
        return EVENT_TIMES.stream()
                .filter(name -> schema.getFieldIndex(name).isDefined())
                .findFirst()
                .orElseThrow();
    }

    private static Dataset<Row> partitioned(Dataset<Row> rows, Column time) {
        return rows.withColumn("date", date_format(time, "yyyy-MM-dd")).withColumn("hour", date_format(time, "HH"));
    }
}
