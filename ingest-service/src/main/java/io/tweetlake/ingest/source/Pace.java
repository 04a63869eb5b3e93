package io.tweetlake.ingest.source;

import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.Notice;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessage;
import io.tweetlake.model.StreamMessageParser;
import io.tweetlake.runtime.config.InvalidConfigException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How fast an archive is read. Not thread-safe. */
public interface Pace {

    /** When a message is due, as {@link System#nanoTime}; a moment in the past is at once. */
    long dueAt(byte[] message);

    /**
     * Reads {@code max}, a number of messages a second, or {@code x} and a factor of the recorded pace.
     *
     * @throws InvalidConfigException if it is none of these
     */
    static Pace of(String rate) {
        if (rate.equals("max")) {
            return message -> System.nanoTime();
        }
        if (rate.matches("[1-9][0-9]{0,8}")) {
            return new Steady(1_000_000_000L / Long.parseLong(rate));
        }
        if (Recorded.FACTOR.matcher(rate).matches()) {
            return new Recorded(Double.parseDouble(rate.substring(1)));
        }
        throw new InvalidConfigException(
                List.of(
                        "ingest.rate is " + rate
                                + "; it must be max, a number of messages a second, or x and a factor of the recorded pace, such as x1"));
    }

    /** So many a second. */
    final class Steady implements Pace {
        private final long gap;
        private long next = System.nanoTime();

        private Steady(long gap) {
            this.gap = gap;
        }

        @Override
        public long dueAt(byte[] message) {
            long due = next;
            next += gap;
            return due;
        }
    }

    /** As they were written, faster or slower. */
    final class Recorded implements Pace {
        private static final Pattern FACTOR = Pattern.compile("x(?=.*[1-9])[0-9]{1,6}(\\.[0-9]{1,3})?");

        /** Between the files of different days nothing is waited for. */
        private static final Duration JUMP = Duration.ofMinutes(10);

        private final double factor;
        private @Nullable Instant last;
        private long due = System.nanoTime();

        private Recorded(double factor) {
            this.factor = factor;
        }

        @Override
        public long dueAt(byte[] message) {
            Instant written = written(message);
            Instant before = last;
            if (written == null || (before != null && written.isBefore(before) && !isJump(written, before))) {
                return due;
            }
            if (before == null || isJump(before, written) || isJump(written, before)) {
                due = System.nanoTime();
            } else {
                due += (long) (Duration.between(before, written).toNanos() / factor);
            }
            last = written;
            return due;
        }

        private static boolean isJump(Instant from, Instant to) {
            return Duration.between(from, to).compareTo(JUMP) > 0;
        }

        private static @Nullable Instant written(byte[] message) {
            try {
                StreamMessage parsed = StreamMessageParser.parse(message);
                return parsed instanceof PostMessage post ? post.post().createdAt() : ((Notice) parsed).eventAt();
            } catch (MalformedMessageException itsRouteTellsWhy) {
                return null;
            }
        }
    }
}
