package io.tweetlake.benchmarks;

import io.tweetlake.enrich.EnrichMain;
import io.tweetlake.gold.GoldMain;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.KafkaNode;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "gold",
        mixinStandardHelpOptions = true,
        description = {
            "gold-aggregator as a process over silver tweets and entities that are already in an embedded Kafka.",
            "Prints the rate of the second half of its way, when it is warm, and its largest resident memory."
        })
final class GoldBenchmark implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", arity = "1..*", description = "of captured streams")
    private List<Path> folders = List.of();

    @Option(names = "--tweets", paramLabel = "N", defaultValue = "300000", description = "default: ${DEFAULT-VALUE}")
    private int tweets = 300_000;

    @Option(
            names = "--cpus",
            paramLabel = "LIST",
            defaultValue = "",
            description = "cores for the process, as taskset takes them; the broker runs on any")
    private String cpus = "";

    @Option(
            names = "--windows",
            paramLabel = "LIST",
            defaultValue = "5m,1h,1d",
            description = "default: ${DEFAULT-VALUE}")
    private String windows = "5m,1h,1d";

    @Override
    public Integer call() throws Exception {
        Path work = Files.createTempDirectory("tweetlake-benchmark");
        int port = FreePort.find();
        String address = "localhost:" + port;
        try (KafkaNode kafka = KafkaNode.start(work.resolve("kafka"), port);
                Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            kafka.create(Topics.all(), 2);
            BronzePosts.produce(address, folders, tweets);
            Process enrich = start(work, address, "", EnrichMain.class, "enrich", List.of());
            try {
                await(
                        admin,
                        enrich,
                        Topics.ENRICH_STREAMS,
                        Set.of(Topics.BRONZE_TWEETS_GENERIC, Topics.SILVER_TWEETS),
                        0);
            } finally {
                enrich.destroy();
                enrich.waitFor();
            }
            System.err.println("silver is in Kafka");
            Process gold = start(
                    work,
                    address,
                    cpus,
                    GoldMain.class,
                    "gold",
                    List.of("--gold.grace=36500d", "--gold.windows=" + windows));
            try {
                measure(admin, gold);
            } finally {
                gold.destroy();
                gold.waitFor();
            }
        } finally {
            Processes.delete(work);
        }
        return 0;
    }

    private void measure(Admin admin, Process gold) throws Exception {
        Set<Topic<?, ?>> silver = Set.of(Topics.SILVER_TWEETS, Topics.SILVER_ENTITIES);
        long half = await(admin, gold, Topics.GOLD_AGGREGATOR, silver, tweets);
        long from = System.nanoTime();
        await(admin, gold, Topics.GOLD_AGGREGATOR, silver, 0);
        double seconds = (System.nanoTime() - from) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%,.0f tweets/s (each with its record of entities) over the last %,d of %,d; at most %,d MB resident%n",
                half / 2.0 / seconds,
                half / 2,
                tweets,
                Processes.residentBytes(gold) >> 20);
    }

    private static Process start(
            Path work, String address, String cpus, Class<?> main, String prefix, List<String> settings)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "--kafka.bootstrap.servers=" + address,
                "--health.port=0",
                "--" + prefix + ".state-folder=" + work.resolve("state-" + prefix)));
        arguments.addAll(settings);
        return Processes.java(
                cpus, "512m", arguments, work.resolve(prefix + ".log").toFile());
    }

    /**
     * Waits until a service has so many offsets left, its internal topics' too at the end; gives back how many it has.
     */
    private static long await(Admin admin, Process process, String group, Set<? extends Topic<?, ?>> sources, long left)
            throws Exception {
        while (true) {
            if (!process.isAlive()) {
                throw new IOException("the process ended with exit code " + process.exitValue());
            }
            long lag = lag(admin, group, sources.stream().map(Topic::name).collect(Collectors.toSet()), left == 0);
            if (lag <= left) {
                return lag;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static long lag(Admin admin, String group, Set<String> sources, boolean internal)
            throws ExecutionException, InterruptedException {
        Set<String> topics = admin.listTopics().names().get().stream()
                .filter(name -> sources.contains(name)
                        || (internal && name.startsWith(group + "-") && name.endsWith("-repartition")))
                .collect(Collectors.toSet());
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, OffsetSpec> asked = admin.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic ->
                        topic.partitions().stream().map(info -> new TopicPartition(topic.name(), info.partition())))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        return admin
                .listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .entrySet()
                .stream()
                .mapToLong(end -> {
                    OffsetAndMetadata done = committed.get(end.getKey());
                    return Math.max(0, end.getValue().offset() - (done == null ? 0 : done.offset()));
                })
                .sum();
    }
}
