package io.tweetlake.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tweetlake.runtime.config.HealthConfig;
import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.runtime.config.Settings;
import io.tweetlake.runtime.config.TopicsConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's life: settings are read and printed, health is served, the body runs until it ends or SIGTERM comes. Exit
 * codes: 0 ended or drained, 1 failed, 2 wrong use.
 */
public final class Service {
    private static final Logger log = LoggerFactory.getLogger(Service.class);
    private static final Duration DRAIN_BOUND = Duration.ofSeconds(30);

    private final Settings settings;
    private final String name;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile BooleanSupplier ready = () -> false;

    private Service(String name, Settings settings) {
        this.name = name;
        this.settings = settings;
    }

    /** What a service does; it returns soon after {@link #awaitStop} or {@link #stopping} say so. */
    @FunctionalInterface
    public interface Body {
        void run(Service service) throws Exception;
    }

    /** Runs a service to its end and exits the JVM. */
    @SuppressWarnings({"SystemOut", "CatchingUnchecked"}) // the one place where a process speaks and dies
    public static void run(ServiceSettings declared, String[] arguments, Body body) {
        if (List.of(arguments).contains("--help")) {
            System.out.print(declared.help());
            System.exit(0);
        }
        try {
            Settings settings = Settings.read(declared, List.of(arguments), System.getenv());
            new Service(declared.name(), settings).live(body);
        } catch (InvalidConfigException e) {
            System.err.println(declared.name() + " cannot start (--help shows every setting):");
            e.problems().forEach(problem -> System.err.println("  " + problem));
            System.exit(2);
        }
    }

    public <T> T config(Class<T> mapping) {
        return settings.as(mapping);
    }

    public String name() {
        return name;
    }

    public MeterRegistry metrics() {
        return metrics;
    }

    /** The state of {@code /health/ready} from now on. */
    public void readyWhen(BooleanSupplier condition) {
        ready = condition;
    }

    public boolean stopping() {
        return stop.getCount() == 0;
    }

    /** Waits until the process is told to stop. */
    public void awaitStop() throws InterruptedException {
        stop.await();
    }

    /** Waits until the process is told to stop, but not longer than this; true if it was. */
    public boolean awaitStop(Duration atMost) throws InterruptedException {
        return stop.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The admin of the topics that this service owns. */
    public TopicAdmin topics() {
        return new TopicAdmin(config(KafkaConfig.class), config(TopicsConfig.class));
    }

    private void live(Body body) {
        settings.effective().forEach(line -> log.info("{}", line));
        Signals.onStop(this::stop);
        int code = 1;
        try (HealthServer health =
                new HealthServer(config(HealthConfig.class), metrics, () -> true, () -> ready.getAsBoolean())) {
            log.info("{} serves health and metrics on port {}", name, health.port());
            bindJvmMetrics();
            body.run(this);
            log.info("{} ended", name);
            code = 0;
        } catch (InvalidConfigException e) {
            log.error("{} cannot start: {}", name, e.getMessage());
            code = 2;
        } catch (Throwable e) {
            log.error("{} failed: {}", name, rootMessage(e));
            log.debug("the cause", e);
        }
        System.exit(code);
    }

    /** A signal ends the body, and the body's end the process. */
    private void stop() {
        if (!stopping()) {
            stop.countDown();
            Thread watchdog = new Thread(this::haltIfStuck, "drain-watchdog");
            watchdog.setDaemon(true);
            watchdog.start();
        }
    }

    private void haltIfStuck() {
        try {
            TimeUnit.MILLISECONDS.sleep(DRAIN_BOUND.toMillis());
        } catch (InterruptedException e) {
            return;
        }
        log.error("{} did not drain within {} s", name, DRAIN_BOUND.toSeconds());
        Runtime.getRuntime().halt(1);
    }

    @SuppressWarnings("resource") // lives as long as the process
    private void bindJvmMetrics() {
        metrics.config().commonTags("service", name);
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmGcMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
    }

    /** One line: the outermost message, and the innermost if it says more. */
    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return root == failure || text.contains(String.valueOf(root.getMessage()))
                ? text
                : text + ": " + (root.getMessage() == null ? root.toString() : root.getMessage());
    }
}
