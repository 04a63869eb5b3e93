package io.tweetlake.lake;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Runs a task every minute, beside the queries. Its failure is its owner's, who asks for it. */
final class Upkeep implements AutoCloseable {
    private static final long PERIOD_SECONDS = 60;
    private static final long CLOSE_BOUND_SECONDS = 10;

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "upkeep"));
    private final ScheduledFuture<?> runs;

    /** What is done. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    /** The task's own exception, carried past the executor. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(Exception cause) {
            super(cause);
        }
    }

    Upkeep(Task task) {
        runs = thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (Exception e) {
                        throw new Failed(e);
                    }
                },
                PERIOD_SECONDS,
                PERIOD_SECONDS,
                TimeUnit.SECONDS);
    }

    /** @throws IOException if the task has failed; it is then not run again */
    void check() throws IOException, InterruptedException {
        if (runs.isDone()) {
            try {
                runs.get();
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() instanceof Failed failed ? failed.getCause() : e.getCause();
                throw new IOException("the upkeep of the lake failed", cause);
            }
        }
    }

    /** A task in flight is cut short: what it had decided is done at the next start. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            boolean unused = thread.awaitTermination(CLOSE_BOUND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
