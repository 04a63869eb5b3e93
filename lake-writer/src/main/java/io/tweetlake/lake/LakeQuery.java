package io.tweetlake.lake;

import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running query of one topic. One thread uses it. */
final class LakeQuery {
    private static final Logger log = LoggerFactory.getLogger(LakeQuery.class);

    private final Topic<?, ?> topic;
    private final Path checkpoint;
    private final Dataset<Row> records;
    private final LakeCommit commit;
    private final LakeProgress progress;
    private final Duration trigger;
    private volatile StreamingQuery query;
    private boolean startedAgain;

    /**
     * Starts to publish a topic's records, from where the checkpoint says.
     *
     * @param records a streaming dataset of Spark's Kafka source
     */
    LakeQuery(
            Topic<?, ?> topic,
            Path checkpoint,
            Dataset<Row> records,
            LakeCommit commit,
            LakeProgress progress,
            Duration trigger)
            throws TimeoutException, IOException {
        this.topic = topic;
        this.checkpoint = checkpoint;
        this.records = records;
        this.commit = commit;
        this.progress = progress;
        this.trigger = trigger;
        this.query = start();
    }

    boolean isActive() {
        return query.isActive();
    }

    /**
     * Checks that it has not failed.
     *
     * @throws IOException with the reason if it has
     */
    void check() throws IOException, TimeoutException {
        if (query.exception().isEmpty()) {
            return;
        }
        Throwable cause = query.exception().get().cause();
        if (!startedAgain && isSpark55271(cause)) {
            log.info("{} is started again after the batch that an earlier run left behind (SPARK-55271)", topic.name());
            startedAgain = true;
            query = start();
            return;
        }
        throw new IOException("the query of " + topic.name() + " failed", cause);
    }

    /** Lets a micro-batch in flight end until the deadline: one that is cut short is repeated at the next start. */
    void stop(long deadlineNanos) throws TimeoutException, InterruptedException {
        while (query.status().isTriggerActive() && System.nanoTime() < deadlineNanos) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        query.stop();
    }

    /** What an earlier query published without being able to say so is shown first: there may be no further batch. */
    private StreamingQuery start() throws TimeoutException, IOException {
        progress.resume(topic, checkpoint);
        return LakeRows.of(topic, records)
                .writeStream()
                .queryName(topic.name())
                .option("checkpointLocation", checkpoint.toString())
                .trigger(Trigger.ProcessingTime(trigger.toMillis(), TimeUnit.MILLISECONDS))
                .foreachBatch((Dataset<Row> rows, Long batch) -> commit.publish(rows, batch))
                .start();
    }

    /**
     * Spark 4.1's Kafka source fails to report the progress of a batch that it repeats after a crash. By then the batch
     * has been published and acknowledged, so the query goes on behind it.
     */
    private static boolean isSpark55271(Throwable cause) {
        StackTraceElement[] stack = cause.getStackTrace();
        return cause instanceof NullPointerException
                && stack.length > 0
                && stack[0].getClassName().startsWith("org.apache.spark.sql.kafka010.KafkaMicroBatchStream")
                && stack[0].getMethodName().equals("metrics");
    }
}
