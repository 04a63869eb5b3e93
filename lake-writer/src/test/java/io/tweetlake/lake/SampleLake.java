package io.tweetlake.lake;

import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.classic.SparkSession;

/**
 * A small lake: 50 records in {@code bronze.tweets.ai}, of two hours, the first of which is compacted; two hashtags
 * with five mentions in {@code gold.hashtag-counts}. As a process of its own it writes one, for readers whose libraries
 * do not go with Spark's; argument: the folder.
 */
final class SampleLake {
    private SampleLake() {}

    public static void main(String[] arguments) throws IOException {
        try (SparkSession spark = KafkaRows.spark()) {
            write(Path.of(arguments[0]), spark);
        }
    }

    static void write(Path folder, SparkSession spark) throws IOException {
        KafkaRows kafka = new KafkaRows(spark);
        var hadoop = LakeTable.hadoop(spark);
        DeadLetterSettings none = new DeadLetterSettings("none", Map.of());
        LakePaths paths = new LakePaths(folder.toUri());
        LakeTable bronze = LakeTable.open(Topics.BRONZE_TWEETS_AI, paths, spark, hadoop);
        LakeCommit commit = new LakeCommit(bronze, none);
        for (int i = 0; i < 5; i++) {
            commit.publish(kafka.bronze(i * 10L, i * 10L + 10), KafkaRows.range(i * 10L, i * 10L + 10));
        }
        new LakeCommit(LakeTable.open(Topics.GOLD_HASHTAG_COUNTS, paths, spark, hadoop), none)
                .publish(kafka.counts(0, "a", 1, "b", 2, "a", 3), KafkaRows.range(0, 3));
        int replaced = new Compaction(bronze).compact(hour -> hour.endsWith("00"));
        if (replaced != 5) {
            throw new IllegalStateException(replaced + " files were compacted");
        }
    }
}
