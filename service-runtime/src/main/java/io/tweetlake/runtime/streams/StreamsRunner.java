package io.tweetlake.runtime.streams;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.tweetlake.runtime.Service;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** Runs a topology until the service is told to stop, and rethrows what killed it. */
public final class StreamsRunner {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(20);

    private StreamsRunner() {}

    /**
     * Blocks. Ready while the streams are RUNNING, which means that their stores are restored.
     *
     * @throws ExecutionException with what killed a stream thread as its cause
     */
    public static void run(Service service, Topology topology, StreamsConfig config)
            throws ExecutionException, InterruptedException {
        run(service, topology, config, () -> {});
    }

    /** Something else that can fail meanwhile. */
    @FunctionalInterface
    public interface Check {
        /** @throws ExecutionException with the cause if it has failed */
        void check() throws ExecutionException, InterruptedException;
    }

    /**
     * The same, ended also by a failure beside it.
     *
     * @throws ExecutionException with what killed a stream thread, or the other, as its cause
     */
    @SuppressWarnings("try") // the metrics are bound for their effect
    public static void run(Service service, Topology topology, StreamsConfig config, Check beside)
            throws ExecutionException, InterruptedException {
        CompletableFuture<Void> failure = new CompletableFuture<>();
        KafkaStreams streams = new KafkaStreams(topology, config);
        try (KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams)) {
            metrics.bindTo(service.metrics());
            streams.setUncaughtExceptionHandler(exception -> {
                failure.completeExceptionally(exception);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.setStateListener((now, before) -> {
                if (now == KafkaStreams.State.ERROR) {
                    failure.completeExceptionally(new IllegalStateException("the streams went into state ERROR"));
                }
            });
            service.readyWhen(() -> streams.state() == KafkaStreams.State.RUNNING);
            streams.start();
            while (!service.awaitStop(POLL)) {
                if (failure.isDone()) {
                    failure.get();
                }
                beside.check();
            }
        } finally {
            streams.close(CLOSE_BOUND);
        }
    }
}
