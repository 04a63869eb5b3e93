package io.tweetlake.ingest.source;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All pacing of attempts to connect, whatever ended the last one: it says when the next one may be made, and what
 * became of the last one is told to it. Every wait ends at once on {@link #stop}. Thread-safe.
 *
 * <p>Source of the rules: docs.x.com, "Handling disconnections" and "Rate limits".
 */
final class ConnectionGovernor {
    private static final Logger log = LoggerFactory.getLogger(ConnectionGovernor.class);
    private static final Duration WORTH_TELLING = Duration.ofSeconds(10);

    private final ConnectionPolicy policy;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Long> attempts = new ArrayDeque<>();

    private int failures;
    private @Nullable Kind lastFailure;
    private long lastAttempt;
    private long notBefore;
    private @Nullable Instant heldUntil;
    private boolean refused;
    private boolean stopped;

    /** The kinds of failure, each with its own row of waits. */
    private enum Kind {
        NETWORK,
        ERROR,
        LIMIT,
        REFUSAL
    }

    ConnectionGovernor(ConnectionPolicy policy, InstantSource clock) {
        this.policy = policy;
        this.clock = clock;
        this.lastAttempt = System.nanoTime() - policy.gap().toNanos();
        this.notBefore = lastAttempt;
    }

    /** Waits until an attempt may be made; false if it was stopped. */
    boolean awaitTurn() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long wait = remaining(System.nanoTime());
            if (wait > WORTH_TELLING.toNanos() && !stopped) {
                log.warn("connecting again in {} s", TimeUnit.NANOSECONDS.toSeconds(wait));
            }
            while (wait > 0 && !stopped) {
                changed.awaitNanos(wait);
                wait = remaining(System.nanoTime());
            }
            lastAttempt = System.nanoTime();
            attempts.addLast(lastAttempt);
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    private long remaining(long now) {
        long wait = Math.max(notBefore - now, lastAttempt + policy.gap().toNanos() - now);
        while (!attempts.isEmpty()
                && now - attempts.getFirst() > policy.window().toNanos()) {
            attempts.removeFirst();
        }
        if (attempts.size() >= policy.connects()) {
            wait = Math.max(wait, attempts.getFirst() + policy.window().toNanos() - now);
        }
        Instant held = heldUntil;
        if (held != null) {
            wait = Math.max(wait, Duration.between(clock.instant(), held).toNanos());
        }
        return wait;
    }

    /** The server accepted, and the connection was good: the next attempt may follow at once. */
    void good() {
        settle(null, Duration.ZERO);
    }

    /** The server accepted, and closed before anything came. */
    void endedAtOnce() {
        settle(Kind.ERROR, failuresOf(Kind.ERROR) == 0 ? Duration.ZERO : doubled(Kind.ERROR, 1));
    }

    /** No answer came: no route, no such name, no listener, no proper TLS. */
    void unreachable() {
        int count = failuresOf(Kind.NETWORK) + 1;
        Duration wait = policy.networkStep().multipliedBy(count);
        settle(Kind.NETWORK, min(wait, policy.networkMost()));
    }

    /**
     * The server answered with an error.
     *
     * @throws IOException if no attempt will ever do better
     */
    void answered(Answer answer) throws IOException {
        if (answer.isRateLimit()) {
            Optional<Duration> told = answer.wait(clock.instant());
            Duration wait =
                    told.isPresent() ? min(told.get().plus(policy.gap()), policy.limitMost()) : doubled(Kind.LIMIT, 0);
            settle(Kind.LIMIT, wait);
        } else if (answer.isRefusal()) {
            log.error("refused, {}; trying again in {}", answer.says(), policy.refused());
            settle(Kind.REFUSAL, policy.refused());
        } else if (answer.status() >= 500) {
            settle(Kind.ERROR, doubled(Kind.ERROR, 0));
        } else {
            throw new IOException(answer.says());
        }
    }

    private int failuresOf(Kind kind) {
        return lastFailure == kind ? failures : 0;
    }

    private Duration doubled(Kind kind, int less) {
        Duration first = kind == Kind.LIMIT ? policy.limitFirst() : policy.errorFirst();
        Duration most = kind == Kind.LIMIT ? policy.limitMost() : policy.errorMost();
        int exponent = Math.min(16, failuresOf(kind) - less);
        return min(first.multipliedBy(1L << Math.max(0, exponent)), most);
    }

    private void settle(@Nullable Kind failure, Duration wait) {
        lock.lock();
        try {
            failures = failure == null ? 0 : failuresOf(failure) + 1;
            lastFailure = failure;
            refused = failure == Kind.REFUSAL;
            notBefore = System.nanoTime() + wait.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** What made for too many connections is gone. */
    void cleared() {
        lock.lock();
        try {
            notBefore = System.nanoTime() + policy.errorFirst().toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** What the server refused for has changed, such as the token: it may be asked again. */
    void reconsider() {
        lock.lock();
        try {
            if (refused) {
                refused = false;
                notBefore = System.nanoTime();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Makes no attempt before this moment. */
    void holdUntil(Instant moment) {
        lock.lock();
        try {
            heldUntil = moment;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
