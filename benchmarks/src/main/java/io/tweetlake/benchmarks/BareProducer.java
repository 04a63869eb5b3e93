package io.tweetlake.benchmarks;

import io.tweetlake.topic.Topics;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What Kafka's producer alone does with tweets that lie in memory, under the settings of ingest-service. */
final class BareProducer {
    private static final long COMMIT_NANOS = 100_000_000;

    private BareProducer() {}

    public static void main(String[] arguments) throws Exception {
        int tweets = Integer.parseInt(arguments[1]);
        List<Path> folders = Arrays.stream(arguments).skip(2).map(Path::of).toList();
        List<RealPosts.Line> posts = RealPosts.read(folders);
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                arguments[0],
                "transactional.id",
                "bare",
                "compression.type",
                "lz4",
                "linger.ms",
                20,
                "batch.size",
                256 * 1024,
                "max.in.flight.requests.per.connection",
                1,
                "buffer.memory",
                48L * 1024 * 1024));
        long half = 0;
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            long commitAt = System.nanoTime() + COMMIT_NANOS;
            for (int i = 0; i < tweets; i++) {
                if (i == tweets / 2) {
                    half = System.nanoTime();
                }
                RealPosts.Line post = posts.get(i % posts.size());
                // The commit fails if any send has failed.
                var unused = producer.send(
                        new ProducerRecord<>(Topics.BRONZE_TWEETS_GENERIC.name(), post.id(), post.bytes()));
                if (System.nanoTime() > commitAt) {
                    producer.commitTransaction();
                    producer.beginTransaction();
                    commitAt = System.nanoTime() + COMMIT_NANOS;
                }
            }
            producer.commitTransaction();
        }
        System.out.println((tweets - tweets / 2) / ((System.nanoTime() - half) / 1e9));
    }
}
