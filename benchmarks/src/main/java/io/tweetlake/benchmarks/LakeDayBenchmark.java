package io.tweetlake.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerState;
import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.Entity;
import io.tweetlake.model.Json;
import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.Post;
import io.tweetlake.model.Tweet;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.nlp.cleansing.HappySet;
import io.tweetlake.nlp.cleansing.TweetCleanser;
import io.tweetlake.nlp.ner.CoreNlpEntityRecognizer;
import io.tweetlake.nlp.ner.EntityRecognizer;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.HdfsNode;
import io.tweetlake.sandbox.infra.KafkaNode;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "lake-day",
        mixinStandardHelpOptions = true,
        description = {
            "lake-writer as a process while a stream goes on at its pace: captured posts, again and again with times of their own,",
            "in bronze, silver.tweets and silver.entities, and counts of hashtags in gold; an embedded Kafka and HDFS. Prints what",
            "part of a core it takes and how much memory, then, once all is in the lake and compacted, the files of each table."
        })
final class LakeDayBenchmark implements Callable<Integer> {
    private static final int TICK_MILLIS = 100;
    private static final int HASHTAGS = 2_000;
    /** Of ten posts so many are of the topic of AI. */
    private static final int AI = 1;

    @Parameters(paramLabel = "FOLDER", arity = "1..*", description = "of captured streams")
    private List<Path> folders = List.of();

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "50",
            description = "posts a second of the stream (default: ${DEFAULT-VALUE})")
    private int rate = 50;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "1440",
            description = "of the stream (default: ${DEFAULT-VALUE}, a day)")
    private int minutes = 1_440;

    @Option(
            names = "--speed",
            paramLabel = "N",
            defaultValue = "120",
            description = "seconds of the stream in a second (default: ${DEFAULT-VALUE})")
    private int speed = 120;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            description = "cut each captured post to so many bytes in bronze; default: whole posts")
    private int bytes;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "a setting of lake-writer, such as lake.lateness=30s")
    private List<String> settings = new ArrayList<>();

    /** The parts of a JSON text around the time in it. */
    private record Timed(byte[] before, byte[] after) {
        static Timed of(byte[] json, Instant time) {
            String text = new String(json, UTF_8);
            String quoted = "\"created_at\":\"" + time + "\"";
            int at = text.indexOf(quoted);
            if (at < 0) {
                throw new IllegalArgumentException("no " + quoted + " in " + text);
            }
            int begin = at + quoted.indexOf(time.toString());
            return new Timed(
                    text.substring(0, begin).getBytes(UTF_8),
                    text.substring(begin + time.toString().length()).getBytes(UTF_8));
        }

        byte[] at(byte[] time) {
            byte[] all = Arrays.copyOf(before, before.length + time.length + after.length);
            System.arraycopy(time, 0, all, before.length, time.length);
            System.arraycopy(after, 0, all, before.length + time.length, after.length);
            return all;
        }
    }

    /** A post in each of the tiers; no entities of languages that the model does not know. */
    private record Message(
            String id,
            byte[] delivered,
            Timed silver,
            @Nullable Timed entities) {}

    @Override
    public Integer call() throws Exception {
        List<Message> messages = messages();
        Path work = Files.createTempDirectory("tweetlake-benchmark");
        int port = FreePort.find();
        String address = "localhost:" + port;
        try (KafkaNode kafka = KafkaNode.start(work.resolve("kafka"), port);
                HdfsNode hdfs = HdfsNode.start(work.resolve("hdfs"), 0, 0)) {
            kafka.create(Topics.all(), 2);
            URI lake = hdfs.address().resolve("/lake");
            Process writer = writer(address, lake, List.of(), work.resolve("lake-writer.log"));
            try {
                long posts = stream(address, messages, writer);
                awaitAll(lake, posts, writer);
            } finally {
                writer.destroy();
                writer.waitFor();
            }
            Process compaction = writer(address, lake, List.of("lake.task=compact"), work.resolve("compact.log"));
            if (compaction.waitFor() != 0) {
                throw new IOException(Files.readString(work.resolve("compact.log")));
            }
            printFiles(lake);
        } finally {
            Processes.delete(work);
        }
        return 0;
    }

    private List<Message> messages() throws IOException, MalformedMessageException {
        TweetCleanser cleanser = new TweetCleanser(new HappySet(List.of(":)"), List.of()));
        EntityRecognizer recognizer = CoreNlpEntityRecognizer.load();
        List<Message> messages = new ArrayList<>();
        for (RealPosts.Line line : RealPosts.read(folders)) {
            Tweet tweet = cleanser.cleanse(
                    line.message().post(),
                    Instant.EPOCH,
                    "generic",
                    new BronzeCoordinates("bronze.tweets.generic", 0, 0));
            Post post = tweet.post();
            String lang = post.lang();
            Timed entities = null;
            if (lang != null && lang.equals("en")) {
                List<Entity> found = recognizer.recognize(post.text());
                entities = Timed.of(
                        Json.write(new TweetEntities(
                                post.id(),
                                post.createdAt(),
                                lang,
                                found,
                                Instant.EPOCH,
                                "generic",
                                1,
                                true,
                                null,
                                null)),
                        post.createdAt());
            }
            messages.add(new Message(
                    line.id(),
                    bytes > 0 ? Arrays.copyOf(line.bytes(), Math.min(bytes, line.bytes().length)) : line.bytes(),
                    Timed.of(Json.write(tweet), post.createdAt()),
                    entities));
        }
        return messages;
    }

    private Process writer(String address, URI lake, List<String> more, Path log) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-XX:+UseSerialGC",
                "-jar",
                Path.of("lake-writer/target/lake-writer.jar").toString(),
                "--kafka.bootstrap.servers=" + address,
                "--lake.root=" + lake,
                "--lake.hadoop.dfs.replication=1",
                "--health.port=0"));
        settings.forEach(setting -> arguments.add("--" + setting));
        more.forEach(setting -> arguments.add("--" + setting));
        return Processes.java("", "1g", arguments, log.toFile());
    }

    /** Sends the stream at its pace, and prints what it costs after a third of it, when the writer is warm. */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback has the outcome
    private long stream(String address, List<Message> messages, Process writer)
            throws IOException, InterruptedException {
        AtomicReference<@Nullable Exception> refused = new AtomicReference<>();
        Instant begin = Instant.now().minus(minutes, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.HOURS);
        long posts = (long) rate * 60 * minutes;
        long perTick = (long) rate * speed * TICK_MILLIS / 1_000;
        long start = System.nanoTime();
        Duration cpuThen = Duration.ZERO;
        long then = start;
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address, "linger.ms", 20, "batch.size", 1 << 17, "compression.type", "lz4"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (long post = 0; post < posts; post++) {
                if (post % perTick == 0) {
                    long due = start + post / perTick * TICK_MILLIS * 1_000_000L;
                    TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                    if (post / perTick == posts / perTick / 3) {
                        cpuThen = cpu(writer);
                        then = System.nanoTime();
                    }
                }
                Instant time = begin.plusMillis(post * 1_000 / rate);
                for (ProducerRecord<String, byte[]> record :
                        records(messages.get((int) (post % messages.size())), post, time)) {
                    producer.send(record, (metadata, failure) -> {
                        if (failure != null) {
                            refused.compareAndSet(null, failure);
                        }
                    });
                }
            }
        }
        if (refused.get() != null) {
            throw new IOException("Kafka refused a record", refused.get());
        }
        double seconds = (System.nanoTime() - then) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%,d posts, %,.0f a second: lake-writer took %.2f of a core, at most %,d MB resident%n",
                posts,
                posts / ((System.nanoTime() - start) / 1e9),
                cpu(writer).minus(cpuThen).toMillis() / 1e3 / seconds,
                Processes.residentBytes(writer) >> 20);
        return posts;
    }

    private static Duration cpu(Process process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    private List<ProducerRecord<String, byte[]>> records(Message message, long post, Instant time) {
        byte[] written = time.toString().getBytes(UTF_8);
        Topic<?, ?> bronze = post % 10 < AI ? Topics.BRONZE_TWEETS_AI : Topics.BRONZE_TWEETS_GENERIC;
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        records.add(new ProducerRecord<>(bronze.name(), null, time.toEpochMilli(), message.id(), message.delivered()));
        records.add(new ProducerRecord<>(
                Topics.SILVER_TWEETS.name(), message.id(), message.silver().at(written)));
        if (message.entities() != null) {
            records.add(new ProducerRecord<>(
                    Topics.SILVER_ENTITIES.name(),
                    message.id(),
                    message.entities().at(written)));
        }
        // A tenth as many counts as posts: gold-aggregator sums up before it sends.
        if (post % 10 == 0) {
            Instant window = Instant.ofEpochSecond(time.getEpochSecond() / 300 * 300);
            String hashtag = "tag" + post / 10 % HASHTAGS;
            records.add(new ProducerRecord<>(
                    Topics.GOLD_HASHTAG_COUNTS.name(),
                    window + "/" + hashtag,
                    "{\"window_start\":\"%s\",\"window_end\":\"%s\",\"hashtag\":\"%s\",\"mentions\":%d,\"originals\":1,\"authors\":1,\"authors_error\":0,\"facets\":[]}"
                            .formatted(window, window.plusSeconds(300), hashtag, post % 300 + 1)
                            .getBytes(UTF_8)));
        }
        return records;
    }

    private static void awaitAll(URI lake, long posts, Process writer) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long rows = 0;
        while (rows < posts) {
            if (!writer.isAlive()) {
                throw new IOException("lake-writer ended with " + writer.exitValue());
            }
            TimeUnit.MILLISECONDS.sleep(500);
            try (LakeFiles files = new LakeFiles(lake)) {
                rows = files.ledgers().state(Topics.SILVER_TWEETS).rows();
            }
        }
        System.out.printf(
                Locale.ROOT, "all in silver.tweets %.1f s after the last%n", (System.nanoTime() - begin) / 1e9);
    }

    private static void printFiles(URI lake) throws IOException {
        try (LakeFiles files = new LakeFiles(lake)) {
            for (Topic<?, ?> topic : List.of(
                    Topics.BRONZE_TWEETS_AI,
                    Topics.BRONZE_TWEETS_GENERIC,
                    Topics.SILVER_TWEETS,
                    Topics.SILVER_ENTITIES,
                    Topics.GOLD_HASHTAG_COUNTS)) {
                LedgerState state = files.ledgers().state(topic);
                Map<String, Long> byHour = state.files().stream()
                        .collect(Collectors.groupingBy(DataFile::partition, Collectors.counting()));
                System.out.printf(
                        Locale.ROOT,
                        "%-22s %,11d rows  %3d hours  at most %d files an hour  %,7d MB%n",
                        topic.name(),
                        state.rows(),
                        byHour.size(),
                        byHour.values().stream()
                                .mapToLong(Long::longValue)
                                .max()
                                .orElse(0),
                        state.files().stream().mapToLong(DataFile::bytes).sum() >> 20);
            }
        }
    }
}
