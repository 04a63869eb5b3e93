package io.tweetlake.ingest.source;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands events from the thread that reads a connection to the one that publishes. Bounded in bytes: when it is full,
 * the reading thread waits, and so in the end does the server. Nothing is dropped. Any thread may put; one polls, and
 * takes all that there is at once: a change of threads for every message would cost more than the message.
 */
final class Handover {
    /** Of what is being put, and as much again of what is being polled. */
    private static final long MAX_BYTES = 8L * 1024 * 1024;

    /**
     * After so many the reading thread lets the other take them, if it can: what has just been written is still in the
     * processor's cache then, and little is alive when garbage is collected.
     */
    private static final long PART_BYTES = 256L * 1024;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long OVERHEAD = 128;

    private Queue<SourceEvent> events = new ArrayDeque<>();
    private Queue<SourceEvent> taken = new ArrayDeque<>();
    private long bytes;
    private long pauseAt = PART_BYTES;
    private boolean closed;

    /** @throws IOException if it was closed: the connection must be given up */
    synchronized void put(SourceEvent event) throws IOException, InterruptedException {
        while (bytes >= MAX_BYTES && !closed) {
            wait();
        }
        if (closed) {
            throw new IOException("stopping");
        }
        if (events.isEmpty()) {
            notifyAll();
        }
        events.add(event);
        bytes += OVERHEAD + (event instanceof Delivery delivery ? delivery.bytes().length : 0);
        if (bytes >= pauseAt) {
            pause();
        }
    }

    /** For this part once: if nobody takes it, reading goes on until the hold is full. */
    private void pause() throws InterruptedException {
        long left = PAUSE_NANOS;
        long end = System.nanoTime() + left;
        while (bytes >= pauseAt && left > 0 && !closed) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        pauseAt = bytes + PART_BYTES;
    }

    /** The next event, or null if none came in this time. */
    @Nullable
    SourceEvent poll(Duration atMost) throws InterruptedException {
        SourceEvent next = taken.poll();
        if (next == null) {
            takeAll(atMost);
            next = taken.poll();
        }
        return next;
    }

    private synchronized void takeAll(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        long end = System.nanoTime() + left;
        while (events.isEmpty() && left > 0 && !closed) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        Queue<SourceEvent> all = events;
        events = taken;
        taken = all;
        if (bytes >= PART_BYTES) {
            notifyAll();
        }
        bytes = 0;
        pauseAt = PART_BYTES;
    }

    /** Takes nothing more; what it holds can still be polled. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
