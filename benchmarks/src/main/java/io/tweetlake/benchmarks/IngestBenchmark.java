package io.tweetlake.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.model.Books;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.KafkaNode;
import io.tweetlake.standin.StandInX;
import io.tweetlake.standin.Step;
import io.tweetlake.topic.Topics;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "ingest-service as a process: from a stream's socket to committed in an embedded Kafka, as fast as it goes,",
            "in turns with a bare producer of the same messages; or, with --burst, ten times the rate for a minute."
        })
final class IngestBenchmark implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int CALM_SECONDS = 10;
    private static final int BURST_SECONDS = 60;

    @Parameters(paramLabel = "FOLDER", arity = "1..*", description = "of captured streams")
    private List<Path> folders = List.of();

    @Option(names = "--tweets", paramLabel = "N", defaultValue = "400000", description = "default: ${DEFAULT-VALUE}")
    private int tweets = 400_000;

    @Option(names = "--turns", paramLabel = "N", defaultValue = "3", description = "default: ${DEFAULT-VALUE}")
    private int turns = 3;

    @Option(names = "--cpus", paramLabel = "LIST", defaultValue = "", description = "cores for the measured processes")
    private String cpus = "";

    @Option(names = "--heap", paramLabel = "SIZE", defaultValue = "256m", description = "default: ${DEFAULT-VALUE}")
    private String heap = "256m";

    @Option(
            names = "--burst",
            paramLabel = "N",
            description = "tweets a second, ten times as many for a minute in between")
    private int burst;

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            defaultValue = "ingest-service/target/ingest-service.jar",
            description = "default: ${DEFAULT-VALUE}")
    private Path jar = Path.of("ingest-service/target/ingest-service.jar");

    @Override
    public Integer call() throws Exception {
        List<String> posts = RealPosts.read(folders).stream()
                .map(line -> new String(line.bytes(), UTF_8))
                .toList();
        double bytes = posts.stream()
                .mapToInt(post -> post.getBytes(UTF_8).length)
                .average()
                .orElseThrow();
        System.out.printf(Locale.ROOT, "%,d captured tweets of %,.0f bytes%n", posts.size(), bytes);
        if (burst > 0) {
            return burst(posts);
        }
        for (int turn = 1; turn <= turns; turn++) {
            double bare = bareProducer();
            double ingest = stream(posts);
            System.out.printf(
                    Locale.ROOT,
                    "turn %d: bare producer %,.0f tweets/s, ingest-service %,.0f tweets/s (%.2f)%n",
                    turn,
                    bare,
                    ingest,
                    ingest / bare);
        }
        return 0;
    }

    private double stream(List<String> posts) throws Exception {
        List<String> messages = new ArrayList<>(tweets);
        for (int i = 0; i < tweets; i++) {
            messages.add(posts.get(i % posts.size()));
        }
        try (Run run = new Run()) {
            run.x.script(Step.deliver(messages, Step.End.STALL));
            run.start();
            return run.awaitSecondHalf(tweets);
        }
    }

    /** Nothing may be lost, and the heap must do. */
    private int burst(List<String> posts) throws Exception {
        try (Run run = new Run()) {
            run.start();
            run.awaitConnected();
            long sent = 0;
            sent += run.publish(posts, burst, CALM_SECONDS);
            sent += run.publish(posts, burst * 10, BURST_SECONDS);
            sent += run.publish(posts, burst, CALM_SECONDS);
            long received = run.await(sent);
            System.out.printf(
                    Locale.ROOT,
                    "%,d sent, %,d committed; at most %,d MB resident, heap %s%n",
                    sent,
                    received,
                    Processes.residentBytes(run.process()) >> 20,
                    heap);
            return received == sent ? 0 : 1;
        }
    }

    private double bareProducer() throws Exception {
        Path work = Files.createTempDirectory("tweetlake-benchmark");
        int port = FreePort.find();
        try (KafkaNode kafka = KafkaNode.start(work.resolve("kafka"), port)) {
            kafka.create(Topics.all(), 2);
            List<String> arguments = new ArrayList<>(List.of(
                    "-cp",
                    System.getProperty("java.class.path"),
                    BareProducer.class.getName(),
                    "localhost:" + port,
                    String.valueOf(tweets)));
            folders.forEach(folder -> arguments.add(folder.toString()));
            File out = work.resolve("bare.out").toFile();
            Process process = Processes.java(cpus, "1g", arguments, out);
            if (process.waitFor() != 0) {
                throw new IOException("the bare producer failed: " + Files.readString(out.toPath()));
            }
            List<String> lines = Files.readAllLines(out.toPath());
            return Double.parseDouble(lines.get(lines.size() - 1));
        } finally {
            Processes.delete(work);
        }
    }

    /** A broker, a stream and the service. */
    private final class Run implements AutoCloseable {
        private final Path work = Files.createTempDirectory("tweetlake-benchmark");
        private final int port = FreePort.find();
        private final KafkaNode kafka = KafkaNode.start(work.resolve("kafka"), port);
        private final StandInX x;
        private @Nullable Process process;

        Run() throws Exception {
            kafka.create(Topics.all(), 2);
            x = StandInX.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    "token",
                    1,
                    0,
                    Duration.ofSeconds(5),
                    InstantSource.system());
            // Compressing is more work than all that is measured.
            x.sendPlain();
        }

        void start() throws IOException {
            process = Processes.java(
                    cpus,
                    heap,
                    List.of(
                            "-jar",
                            jar.toString(),
                            "--ingest.x.url=" + x.address(),
                            "--ingest.x.stream=/2/powerstream/stream",
                            "--ingest.x.bearer-token=token",
                            "--health.port=0",
                            "--kafka.bootstrap.servers=localhost:" + port),
                    work.resolve("ingest.log").toFile());
        }

        Process process() {
            return Objects.requireNonNull(process);
        }

        void awaitConnected() throws InterruptedException {
            while (x.attempts().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            TimeUnit.SECONDS.sleep(1);
        }

        long publish(List<String> posts, int perSecond, int seconds) throws InterruptedException {
            long start = System.nanoTime();
            int total = perSecond * seconds;
            for (int i = 0; i < total; i++) {
                long due = start + i * 1_000_000_000L / perSecond;
                while (System.nanoTime() < due) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
                x.publish(posts.get(i % posts.size()));
            }
            return total;
        }

        long await(long messages) throws IOException {
            return follow(messages)[0];
        }

        double awaitSecondHalf(long messages) throws IOException {
            long[] measured = follow(messages);
            return measured[1] / (measured[2] / 1e9);
        }

        /** Messages committed, and of the second half how many in how many nanoseconds. */
        private long[] follow(long messages) throws IOException {
            long received = 0;
            long halfAt = 0;
            long atHalf = 0;
            try (KafkaConsumer<String, Books> consumer =
                    Processes.books("localhost:" + port, Topics.BOOKS_INGEST_SERVICE)) {
                while (received < messages) {
                    if (!process().isAlive()) {
                        throw new IOException("the process ended: " + Files.readString(work.resolve("ingest.log")));
                    }
                    for (ConsumerRecord<String, Books> record : consumer.poll(POLL)) {
                        received = record.value().received();
                    }
                    if (halfAt == 0 && received >= messages / 2) {
                        halfAt = System.nanoTime();
                        atHalf = received;
                    }
                }
            }
            return new long[] {received, received - atHalf, System.nanoTime() - halfAt};
        }

        @Override
        public void close() throws IOException {
            if (process != null) {
                process.destroy();
                process.onExit().join();
            }
            x.close();
            kafka.close();
            Processes.delete(work);
        }
    }
}
