package io.tweetlake.standin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a stand-in has to say, by position from 0; the oldest of very many is forgotten. Thread-safe. */
final class MessageLog {
    private static final int KEPT = 50_000;

    private final List<String> messages = new ArrayList<>();
    private int forgotten;

    synchronized void add(String message) {
        messages.add(message);
        if (messages.size() > 2 * KEPT) {
            messages.subList(0, KEPT).clear();
            forgotten += KEPT;
        }
        notifyAll();
    }

    /** The position behind the last message. */
    synchronized int size() {
        return forgotten + messages.size();
    }

    synchronized List<String> from(int position) {
        int first = Math.max(0, position - forgotten);
        return first >= messages.size() ? List.of() : List.copyOf(messages.subList(first, messages.size()));
    }

    /** What stands behind a position, as soon as there is something. */
    synchronized List<String> await(int position, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (size() <= position && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
        }
        return from(position);
    }
}
