package io.tweetlake.benchmarks;

import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Captured posts in Kafka, as ingest-service would have put them there. */
final class BronzePosts {
    private BronzePosts() {}

    /**
     * Fills {@code bronze.tweets.generic} with captured posts, again and again; each round gets ids of its own, as many
     * digits long.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback has the outcome
    static void produce(String address, List<Path> folders, int tweets) throws IOException {
        List<RealPosts.Line> posts = RealPosts.read(folders);
        AtomicReference<@Nullable Exception> refused = new AtomicReference<>();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address, "linger.ms", 20, "batch.size", 1 << 17, "compression.type", "lz4"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < tweets; i++) {
                RealPosts.Line post = posts.get(i % posts.size());
                int round = i / posts.size();
                String id = renamed(post.id(), round);
                byte[] bytes = round == 0
                        ? post.bytes()
                        : new String(post.bytes(), StandardCharsets.UTF_8)
                                .replace(post.id(), id)
                                .getBytes(StandardCharsets.UTF_8);
                producer.send(
                        new ProducerRecord<>(Topics.BRONZE_TWEETS_GENERIC.name(), id, bytes), (metadata, failure) -> {
                            if (failure != null) {
                                refused.compareAndSet(null, failure);
                            }
                        });
            }
        }
        if (refused.get() != null) {
            throw new IOException("Kafka refused a post", refused.get());
        }
        System.err.printf("%,d posts in Kafka%n", tweets);
    }

    private static String renamed(String id, int round) {
        return String.valueOf(Long.parseLong(id) + round);
    }
}
