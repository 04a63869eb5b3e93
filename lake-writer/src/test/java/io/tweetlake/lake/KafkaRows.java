package io.tweetlake.lake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Records as Spark's Kafka source gives them. */
final class KafkaRows {
    static final Instant TIME = Instant.parse("2026-01-01T00:10:00Z");
    private static final StructType SCHEMA = new StructType()
            .add("key", DataTypes.BinaryType)
            .add("value", DataTypes.BinaryType)
            .add("topic", DataTypes.StringType)
            .add("partition", DataTypes.IntegerType)
            .add("offset", DataTypes.LongType)
            .add("timestamp", DataTypes.TimestampType)
            .add("timestampType", DataTypes.IntegerType)
            .add(
                    "headers",
                    DataTypes.createArrayType(
                            new StructType().add("key", DataTypes.StringType).add("value", DataTypes.BinaryType)));

    private final SparkSession spark;

    KafkaRows(SparkSession spark) {
        this.spark = spark;
    }

    static SparkSession spark() {
        return SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .getOrCreate();
    }

    static Map<Integer, OffsetRange> range(long from, long until) {
        return Map.of(0, new OffsetRange(from, until));
    }

    /** Even offsets in the first hour, odd ones in the second. */
    Dataset<Row> bronze(long first, long until) {
        List<Row> rows = new ArrayList<>();
        for (long i = first; i < until; i++) {
            rows.add(record(i, TIME.plusSeconds(3_600 * (i % 2)), "id" + i, "{}", Topics.BRONZE_TWEETS_AI));
        }
        return dataset(rows);
    }

    /** Hashtags and their counts in turn. */
    Dataset<Row> counts(long first, Object... hashtagsAndCounts) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < hashtagsAndCounts.length; i += 2) {
            String json =
                    "{\"window_start\":\"2026-01-01T00:00:00Z\",\"window_end\":\"2026-01-01T00:05:00Z\",\"hashtag\":\"%s\",\"mentions\":%d}"
                            .formatted(hashtagsAndCounts[i], hashtagsAndCounts[i + 1]);
            rows.add(record(first + i / 2, TIME, "w/" + hashtagsAndCounts[i], json, Topics.GOLD_HASHTAG_COUNTS));
        }
        return dataset(rows);
    }

    static Row record(long offset, Instant time, String key, String value, Topic<?, ?> topic) {
        return RowFactory.create(
                key.getBytes(UTF_8), value.getBytes(UTF_8), topic.name(), 0, offset, Timestamp.from(time), 0, null);
    }

    Dataset<Row> dataset(List<Row> rows) {
        return spark.createDataFrame(rows, SCHEMA);
    }
}
