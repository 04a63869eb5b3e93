package io.tweetlake.benchmarks;

import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.Json;
import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.nlp.cleansing.HappySet;
import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.KafkaNode;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "lake",
        mixinStandardHelpOptions = true,
        description = {
            "From an embedded Kafka to zstd Parquet in local files: lake-writer's own query, Spark's file sink, and a loop of",
            "consumer and Parquet writer without Spark, each as a process of its own, in turns. The first line of each is",
            "the whole process from its start; the others are warm."
        })
final class LakeBenchmark implements Callable<Integer> {
    private static final List<String> WAYS = List.of("lake", "stock", "bare");
    private static final int PARTITIONS = 2;
    private static final Pattern MEASURED = Pattern.compile("((?:bronze|silver)\\S+) (\\S+) (\\S+)");

    @Parameters(paramLabel = "FOLDER", arity = "1..*", description = "of captured streams")
    private List<Path> folders = List.of();

    @Option(names = "--records", paramLabel = "N", defaultValue = "600000", description = "default: ${DEFAULT-VALUE}")
    private int records = 600_000;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            description = "cut each captured tweet to so many bytes; default: whole tweets")
    private int bytes;

    @Option(names = "--silver", description = "canonical tweets to columns, by lake-writer alone")
    private boolean silver;

    @Option(names = "--topics", paramLabel = "N", defaultValue = "2", description = "default: ${DEFAULT-VALUE}")
    private int topics = 2;

    @Option(names = "--turns", paramLabel = "N", defaultValue = "2", description = "default: ${DEFAULT-VALUE}")
    private int turns = 2;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "200000", description = "default: ${DEFAULT-VALUE}")
    private long batch = 200_000;

    @Option(names = "--cpus", paramLabel = "LIST", defaultValue = "", description = "cores for the measured processes")
    private String cpus = "";

    @Option(names = "--heap", paramLabel = "SIZE", defaultValue = "1500m", description = "default: ${DEFAULT-VALUE}")
    private String heap = "1500m";

    @Option(names = "--jvm", paramLabel = "OPTION", description = "of the measured processes")
    private List<String> jvm = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Path work = Files.createTempDirectory("tweetlake-benchmark");
        int port = FreePort.find();
        try (KafkaNode kafka = KafkaNode.start(work.resolve("kafka"), port)) {
            List<Topic<String, ?>> filled = new ArrayList<>();
            Topic<String, ?> like = silver ? Topics.SILVER_TWEETS : Topics.BRONZE_TWEETS_GENERIC;
            for (int i = 1; i <= topics; i++) {
                filled.add(like.as(like.name() + i, "benchmark"));
            }
            kafka.create(filled, 2);
            List<RealPosts.Line> posts = RealPosts.read(folders);
            for (Topic<String, ?> topic : filled) {
                fill("localhost:" + port, topic.name(), posts);
            }
            for (int turn = 1; turn <= turns; turn++) {
                for (String way : silver ? List.of("lake") : WAYS) {
                    Path lake = work.resolve(way + turn);
                    Files.createDirectories(lake);
                    measure(way, "localhost:" + port, lake, filled);
                    Processes.delete(lake);
                }
            }
        } finally {
            Processes.delete(work);
        }
        return 0;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback has the outcome
    private void fill(String address, String topic, List<RealPosts.Line> posts)
            throws IOException, MalformedMessageException {
        AtomicReference<@Nullable Exception> refused = new AtomicReference<>();
        List<byte[]> values = new ArrayList<>();
        TweetCleanser cleanser = new TweetCleanser(new HappySet(List.of(":)"), List.of()));
        for (RealPosts.Line post : posts) {
            values.add(silver ? tweet(cleanser, post) : bytes > 0 ? cut(post.bytes()) : post.bytes());
        }
        long total = 0;
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address, "linger.ms", 20, "batch.size", 1 << 17, "compression.type", "lz4"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                byte[] value = values.get(i % values.size());
                total += value.length;
                producer.send(
                        new ProducerRecord<>(
                                topic,
                                i % PARTITIONS,
                                posts.get(i % posts.size()).id(),
                                value),
                        (metadata, failure) -> {
                            if (failure != null) {
                                refused.compareAndSet(null, failure);
                            }
                        });
            }
        }
        if (refused.get() != null) {
            throw new IOException("Kafka refused a record", refused.get());
        }
        System.err.printf(Locale.ROOT, "%s: %,d records of %,d bytes%n", topic, records, total / records);
    }

    private byte[] cut(byte[] tweet) {
        return Arrays.copyOf(tweet, Math.min(bytes, tweet.length));
    }

    private static byte[] tweet(TweetCleanser cleanser, RealPosts.Line post)
            throws IOException, MalformedMessageException {
        return Json.write(cleanser.cleanse(
                post.message().post(), Instant.now(), "generic", new BronzeCoordinates("bronze.tweets.generic", 0, 0)));
    }

    private void measure(String way, String address, Path lake, List<Topic<String, ?>> filled) throws Exception {
        File out = lake.resolve("out.txt").toFile();
        List<String> arguments = new ArrayList<>(jvm);
        arguments.addAll(Processes.lakeWriter("io.tweetlake.lake.SinkBenchmark"));
        arguments.addAll(
                List.of(way, address, lake.toUri().toString(), String.valueOf(batch), String.valueOf(records)));
        filled.forEach(topic -> arguments.add(topic.name()));
        Process process = Processes.java(cpus, heap, arguments, out);
        long resident = 0;
        do {
            resident = Math.max(resident, Processes.residentBytes(process));
        } while (!process.waitFor(50, TimeUnit.MILLISECONDS));
        List<String> lines = Files.readAllLines(out.toPath());
        if (process.exitValue() != 0) {
            throw new IOException(String.join("\n", lines));
        }
        for (String line : lines) {
            Matcher measured = MEASURED.matcher(line);
            if (measured.matches()) {
                double seconds = Double.parseDouble(measured.group(2));
                double cpu = Double.parseDouble(measured.group(3));
                System.out.printf(
                        Locale.ROOT,
                        "%-5s %-24s %,9.0f records/s  %5.2f s  %5.2f processor s  %.1f µs a record  at most %,d MB resident, %,d MB of Parquet%n",
                        way,
                        measured.group(1),
                        records / seconds,
                        seconds,
                        cpu,
                        cpu / records * 1e6,
                        resident >> 20,
                        parquetBytes(lake) >> 20);
            }
        }
    }

    private static long parquetBytes(Path lake) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(lake)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
