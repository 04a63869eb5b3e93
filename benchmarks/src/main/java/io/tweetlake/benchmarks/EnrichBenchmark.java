package io.tweetlake.benchmarks;

import io.tweetlake.enrich.CleansingWorker;
import io.tweetlake.enrich.EnrichMain;
import io.tweetlake.model.Books;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.KafkaNode;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "enrich",
        mixinStandardHelpOptions = true,
        description = {
            "enrich-streams as a process over posts that are already in an embedded Kafka, from bronze to silver.",
            "Prints the rate of the second half of its way, when it is warm, and its largest resident memory."
        })
final class EnrichBenchmark implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(100);

    @Parameters(paramLabel = "FOLDER", arity = "1..*", description = "of captured streams")
    private List<Path> folders = List.of();

    @Option(
            names = "--tweets",
            paramLabel = "N",
            defaultValue = "200000",
            description =
                    "posts to process: the captured ones again and again under new ids (default: ${DEFAULT-VALUE})")
    private int tweets = 200_000;

    @Option(names = "--cleansing-only", description = "without the entity topology")
    private boolean cleansingOnly;

    @Option(
            names = "--cpus",
            paramLabel = "LIST",
            defaultValue = "",
            description = "cores for the process, as taskset takes them; the broker runs on any")
    private String cpus = "";

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "default: ${DEFAULT-VALUE}")
    private int threads = 2;

    @Option(names = "--heap", paramLabel = "SIZE", defaultValue = "1g", description = "default: ${DEFAULT-VALUE}")
    private String heap = "1g";

    @Override
    public Integer call() throws Exception {
        Path work = Files.createTempDirectory("tweetlake-benchmark");
        int port = FreePort.find();
        String address = "localhost:" + port;
        try (KafkaNode kafka = KafkaNode.start(work.resolve("kafka"), port)) {
            kafka.create(Topics.all(), 2);
            BronzePosts.produce(address, folders, tweets);
            Process worker = worker(work, address);
            try {
                measure(worker, address);
            } finally {
                worker.destroy();
                worker.waitFor();
            }
        } finally {
            Processes.delete(work);
        }
        return 0;
    }

    private Process worker(Path work, String address) throws IOException {
        return Processes.java(
                cpus,
                heap,
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        (cleansingOnly ? CleansingWorker.class : EnrichMain.class).getName(),
                        "--kafka.bootstrap.servers=" + address,
                        "--health.port=0",
                        "--enrich.threads=" + threads,
                        "--enrich.state-folder=" + work.resolve("state")),
                work.resolve("worker.log").toFile());
    }

    private void measure(Process worker, String address) throws IOException {
        Map<String, Books> books = new HashMap<>();
        long halfAt = 0;
        long atHalf = 0;
        long resident = 0;
        try (KafkaConsumer<String, Books> consumer = Processes.books(address, Topics.BOOKS_ENRICH_STREAMS)) {
            Books cleansed = Books.empty("cleanse");
            Books recognized = Books.empty("recognize");
            while (cleansed.received() < tweets || (!cleansingOnly && recognized.received() < silver(cleansed))) {
                if (!worker.isAlive()) {
                    throw new IOException("the process ended with exit code " + worker.exitValue());
                }
                for (ConsumerRecord<String, Books> record : consumer.poll(POLL)) {
                    books.put(record.key(), record.value());
                }
                cleansed = sum("cleanse", books);
                recognized = sum("recognize", books);
                resident = Math.max(resident, Processes.residentBytes(worker));
                if (halfAt == 0 && done(cleansed, recognized) >= tweets / 2) {
                    halfAt = System.nanoTime();
                    atHalf = done(cleansed, recognized);
                }
            }
            double seconds = (System.nanoTime() - halfAt) / 1e9;
            long measured = done(cleansed, recognized) - atHalf;
            System.out.printf(
                    Locale.ROOT,
                    "%,.0f tweets/s over the last %,d of %,d; at most %,d MB resident, heap %s%n",
                    measured / seconds,
                    measured,
                    tweets,
                    resident >> 20,
                    heap);
        }
    }

    /** How many tweets have gone through the last step. */
    private long done(Books cleansed, Books recognized) {
        return cleansingOnly ? cleansed.received() : recognized.received();
    }

    private static long silver(Books cleansed) {
        return cleansed.written().getOrDefault(Topics.SILVER_TWEETS.name(), 0L);
    }

    private static Books sum(String step, Map<String, Books> books) {
        return books.values().stream()
                .filter(part -> part.step().startsWith(step))
                .reduce(Books.empty(step), Books::plus);
    }
}
