package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.model.Json;
import io.tweetlake.model.Post;
import io.tweetlake.model.Tweet;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the records of a topic as they arrive, one line each.",
            "Of silver.tweets the line is for people: time, platform, language, author, text."
        })
final class TailCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);

    @Parameters(paramLabel = "TOPIC", description = "such as silver.tweets")
    private String topic = "";

    @Option(names = "--from-beginning", description = "start with the oldest record there is")
    private boolean fromBeginning;

    @Option(names = "--max", paramLabel = "N", defaultValue = "-1", description = "stop after so many records")
    private long max = -1;

    @Option(names = "--json", description = "of silver.tweets too, the record itself")
    private boolean json;

    @Option(
            names = "--workdir",
            paramLabel = "DIR",
            defaultValue = TweetlakeMain.DEFAULT_WORKDIR,
            description = "of the sandbox that runs (default: ${DEFAULT-VALUE})")
    private Path workdir = Path.of(TweetlakeMain.DEFAULT_WORKDIR);

    @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "another Kafka than the sandbox's")
    private @Nullable String kafka;

    @Override
    public Integer call() throws Exception {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        TweetlakeMain.kafka(workdir, kafka),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            requireTopic(consumer);
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            if (fromBeginning) {
                consumer.seekToBeginning(partitions);
            } else {
                consumer.seekToEnd(partitions);
            }
            long printed = 0;
            while (max < 0 || printed < max) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (max < 0 || printed++ < max) {
                        System.out.println(harmless(line(record)));
                    }
                }
                if (System.out.checkError()) {
                    return 0; // the reader, such as head, has gone
                }
            }
        }
        return 0;
    }

    private String line(ConsumerRecord<String, byte[]> record) throws IOException {
        if (json || !topic.equals(Topics.SILVER_TWEETS.name())) {
            return new String(record.value(), UTF_8);
        }
        Tweet tweet = Json.read(record.value(), Tweet.class);
        Post post = tweet.post();
        String author = post.author().handle() == null
                ? post.author().name()
                : "@" + post.author().handle();
        return "%s  %s %s %s  %s: %s"
                .formatted(
                        post.createdAt(),
                        post.source(),
                        post.lang(),
                        tweet.tier(),
                        author == null ? "?" : author,
                        post.text());
    }

    /** A tweet must not steer the terminal. */
    static String harmless(String text) {
        return text.replaceAll("[\\p{Cc}\\u202A-\\u202E\\u2066-\\u2069]", "\uFFFD");
    }

    private void requireTopic(KafkaConsumer<String, byte[]> consumer) {
        Set<String> topics = new TreeSet<>(consumer.listTopics().keySet());
        if (!topics.contains(topic)) {
            topics.retainAll(Topics.byName().keySet());
            throw new UsageException("there is no topic " + topic + "; there are " + String.join(", ", topics));
        }
    }
}
