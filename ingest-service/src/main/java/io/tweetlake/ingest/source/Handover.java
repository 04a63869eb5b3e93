package io.tweetlake.ingest.source;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Hands events from the thread that reads a connection to the one that publishes. Bounded in bytes: when it is full,
 * the reading thread waits, and so in the end does the server. Nothing is dropped. Thread-safe.
 */
final class Handover {
    private static final long MAX_BYTES = 16L * 1024 * 1024;
    private static final long OVERHEAD = 128;

    private final Queue<SourceEvent> events = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    /** @throws IOException if it was closed: the connection must be given up */
    synchronized void put(SourceEvent event) throws IOException, InterruptedException {
        while (bytes >= MAX_BYTES && !closed) {
            wait();
        }
        if (closed) {
            throw new IOException("stopping");
        }
        events.add(event);
        bytes += size(event);
        notifyAll();
    }

    /** The next event, or null if none came in this time. */
    synchronized @Nullable SourceEvent poll(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        long left = atMost.toNanos();
        while (events.isEmpty() && left > 0 && !closed) {
            java.util.concurrent.TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        SourceEvent event = events.poll();
        if (event != null) {
            boolean wasFull = bytes >= MAX_BYTES;
            bytes -= size(event);
            if (wasFull) {
                notifyAll();
            }
        }
        return event;
    }

    /** Takes nothing more; what it holds can still be polled. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private static long size(SourceEvent event) {
        return OVERHEAD + (event instanceof Delivery delivery ? delivery.bytes().length : 0);
    }
}
