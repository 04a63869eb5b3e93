package io.tweetlake.sandbox;

import io.tweetlake.sandbox.ServiceProcess.Life;
import io.tweetlake.sandbox.infra.HdfsNode;
import io.tweetlake.sandbox.infra.KafkaNode;
import io.tweetlake.sandbox.infra.PostgresNode;
import io.tweetlake.standin.StandInX;
import io.tweetlake.topic.Topics;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Everything of one machine: the infrastructure in this process and the services in theirs. */
final class Sandbox implements AutoCloseable {
    private static final String INGEST = "ingest-service";
    private static final int SERVICES = 5;
    private static final long SEED = 20_190_703L;
    private static final int STAND_IN_RATE = 50;
    private static final Set<String> HOT = Set.of("enrich-streams", "gold-aggregator");
    private static final Duration STAND_IN_KEEP_ALIVE = Duration.ofSeconds(10);

    private final UpOptions options;
    private final Path home;
    private final Ports ports;
    private final Consumer<String> says;
    private final Deque<Closeable> infrastructure = new ArrayDeque<>();
    private final List<ServiceProcess> services = new ArrayList<>();
    private @Nullable ServiceProcess ingest;
    private boolean marked;

    private Sandbox(UpOptions options, Path home, Consumer<String> says) {
        this.options = options;
        this.home = home;
        this.ports = new Ports(options.portOffset());
        this.says = says;
    }

    /**
     * Starts the infrastructure, then every service but ingest.
     *
     * @param home the checkout, where the services' jars lie
     * @param says what a person who waits wants to read
     */
    static Sandbox start(UpOptions options, Path home, Consumer<String> says) throws Exception {
        Sandbox sandbox = new Sandbox(options, home, says);
        try {
            sandbox.startAll();
            return sandbox;
        } catch (Exception e) {
            sandbox.close();
            throw e;
        }
    }

    String kafka() {
        return "localhost:" + ports.kafka();
    }

    URI lake() {
        return options.lake() == null ? URI.create("hdfs://localhost:" + ports.hdfs() + "/lake") : options.lake();
    }

    String dashboard() {
        return "http://localhost:" + ports.dashboard();
    }

    String hdfsPage() {
        return "http://localhost:" + ports.hdfsPage();
    }

    List<ServiceProcess> services() {
        return services;
    }

    boolean ready() {
        return services.stream().allMatch(ServiceProcess::ready);
    }

    ServiceProcess ingest() {
        return Objects.requireNonNull(ingest, "startIngest comes first");
    }

    /** Starts ingest-service, and with it the flow. */
    void startIngest() throws IOException {
        List<String> arguments = new ArrayList<>();
        Map<String, String> environment = Map.of();
        arguments.add("--ingest.source=" + (options.source() == null ? "x" : options.source()));
        if (options.fromArchive()) {
            options.inputs()
                    .forEach(input -> arguments.add("--ingest.input="
                            + input.toString().replace("\\", "\\\\").replace(",", "\\,")));
            arguments.add("--ingest.rate=" + options.rate());
            // A service that fails is started again; what could not be read is told at the end.
            arguments.add("--ingest.skip-unreadable=true");
        }
        if (options.isFinite()) {
            arguments.add("--ingest.commit-interval=" + commitInterval().toMillis() + "ms");
        }
        if (options.needsStandIn()) {
            String token = Long.toHexString(ThreadLocalRandom.current().nextLong());
            int rate = options.rate().equals("max") ? STAND_IN_RATE : Integer.parseInt(options.rate());
            StandInX x = StandInX.start(
                    loopback(ports.standInX()), token, SEED, rate, STAND_IN_KEEP_ALIVE, InstantSource.system());
            // Over loopback: packing and unpacking takes more than it saves.
            x.sendPlain();
            infrastructure.push(x);
            arguments.add("--ingest.x.url=" + x.address());
            environment = Map.of("INGEST_X_BEARER_TOKEN", token);
            says.accept("a stand-in X server streams " + rate + " synthetic tweets a second at " + x.address());
        }
        ingest = launch(INGEST, "384m", 0, "ingest", arguments, environment);
    }

    private void startAll() throws Exception {
        Workdir workdir = options.workdir();
        workdir.running().ifPresent(running -> {
            throw new UsageException("a sandbox runs in " + workdir.root() + " (pid " + running.pid()
                    + "); stop it, or choose another folder with --workdir");
        });
        workdir.stopLeftovers();
        ports.requireFree(SERVICES);
        workdir.create();
        says.accept("starting Kafka, HDFS and Postgres in " + workdir.root());
        startInfrastructure(workdir);
        workdir.markRunning(
                new Workdir.Running(ProcessHandle.current().pid(), kafka(), lake(), URI.create(dashboard())));
        marked = true;
        List<String> enrich = new ArrayList<>(state("enrich", "enrich-streams"));
        if (!options.isFinite()) {
            // One has enough for thousands of posts a second, and commits half as many transactions as two.
            enrich.add("--enrich.threads=1");
        }
        launch("enrich-streams", "1g", 1, "enrich", enrich, Map.of());
        List<String> gold = new ArrayList<>(state("gold", "gold-aggregator"));
        gold.addAll(postgres("gold"));
        if (options.settings("gold").stream().noneMatch(setting -> setting.startsWith("gold.grace="))) {
            gold.add("--gold.grace=" + grace());
            workdir.noteGrace(grace());
        } else {
            workdir.forgetGrace();
        }
        launch("gold-aggregator", "512m", 2, "gold", gold, Map.of());
        launch(
                "lake-writer",
                "1500m",
                3,
                "lake",
                List.of(
                        "--lake.root=" + lake(),
                        "--lake.hadoop.dfs.replication=1",
                        "--lake.hours-within=" + hoursWithin(grace()),
                        "--lake.trigger=" + (options.isFinite() ? "3s" : "10s"),
                        "--lake.merge-trigger=" + (options.isFinite() ? "3s" : "30s")),
                Map.of());
        List<String> serving = new ArrayList<>(postgres("serving"));
        serving.add("--serving.port=" + ports.dashboard());
        launch("serving-api", "512m", 4, "serving", serving, Map.of());
    }

    /** The embedded server takes whoever comes from this machine. */
    private List<String> postgres(String prefix) {
        return List.of(
                "--" + prefix + ".postgres-url=jdbc:postgresql://localhost:" + ports.postgres() + "/postgres",
                "--" + prefix + ".postgres-user=postgres");
    }

    private List<String> state(String prefix, String service) {
        return List.of(
                "--" + prefix + ".state-folder=" + options.workdir().state(service),
                "--kafka.commit.interval.ms=" + commitInterval().toMillis());
    }

    /** The posts of an archive come in any order: none is late. */
    private Duration grace() {
        return options.isFinite() ? Duration.ofDays(36_500) : Duration.ofDays(1);
    }

    /** The posts of an archive are old, and lie in their hours as well. */
    static String hoursWithin(Duration grace) {
        return Math.max(7, grace.toDays()) + "d";
    }

    /**
     * Each transaction is work for the broker, and nobody waits for the single tweet of an archive. Half as long takes
     * more than two cores have at a thousand posts a second, and then everything comes later.
     */
    private Duration commitInterval() {
        return Duration.ofMillis(options.isFinite() ? 500 : 100);
    }

    private void startInfrastructure(Workdir workdir) throws Exception {
        // Several threads that ask for their first logger at once are told off on standard error.
        LoggerFactory.getILoggerFactory();
        CompletableFuture<Closeable> kafka = starting(() -> {
            KafkaNode node = KafkaNode.start(workdir.kafka(), ports.kafka());
            node.create(Topics.all(), options.partitions());
            return node;
        });
        CompletableFuture<Closeable> postgres =
                starting(() -> PostgresNode.start(workdir.postgres(), ports.postgres()));
        CompletableFuture<Closeable> files = options.lake() != null
                ? CompletableFuture.completedFuture(() -> {})
                : starting(() -> HdfsNode.start(workdir.hdfs(), ports.hdfs(), ports.hdfsPage()));
        Exception failure = null;
        for (CompletableFuture<Closeable> started : List.of(kafka, postgres, files)) {
            try {
                infrastructure.push(started.join());
            } catch (CompletionException e) {
                failure = e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @FunctionalInterface
    private interface Start {
        Closeable start() throws Exception;
    }

    private static CompletableFuture<Closeable> starting(Start start) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return start.start();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                task -> new Thread(task, "start").start());
    }

    /** @param prefix of its settings */
    private ServiceProcess launch(
            String name, String heap, int index, String prefix, List<String> arguments, Map<String, String> environment)
            throws IOException {
        Path jar = home.resolve(name).resolve("target").resolve(name + ".jar");
        List<String> all = new ArrayList<>(arguments);
        all.add("--kafka.bootstrap.servers=" + kafka());
        all.add("--topics.partitions=" + options.partitions());
        for (String setting : options.settings(prefix)) {
            String key = "--" + setting.substring(0, setting.indexOf('=') + 1);
            all.removeIf(ours -> ours.startsWith(key));
            all.add("--" + setting);
        }
        ServiceProcess process = new ServiceProcess(
                name,
                jar,
                ServiceProcess.jvm(heap, HOT.contains(name) && !options.isFinite()),
                options.workdir().mark(),
                ports.health(index),
                all,
                environment,
                options.workdir().log(name),
                name.equals(INGEST) && options.isFinite() ? Life.FINITE : Life.ENDLESS);
        services.add(process);
        return process;
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Stops the services, which drain while the infrastructure is there, then the infrastructure. */
    @Override
    public void close() throws IOException {
        services.forEach(ServiceProcess::stop);
        services.forEach(ServiceProcess::close);
        IOException failure = null;
        while (!infrastructure.isEmpty()) {
            try {
                infrastructure.pop().close();
            } catch (IOException e) {
                failure = e;
            }
        }
        // One that was refused because another runs in its folder must not take that one's mark away.
        if (marked) {
            options.workdir().markStopped();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
