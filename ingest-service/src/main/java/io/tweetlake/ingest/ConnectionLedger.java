package io.tweetlake.ingest;

import io.tweetlake.ingest.source.SourceEvent;
import io.tweetlake.model.Notice;
import io.tweetlake.model.StreamInterval;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a live stream was like from its first connection on, as intervals without a hole: they end at every change, and
 * at the latest after a minute. It is told all that happens, in order. Not thread-safe.
 */
final class ConnectionLedger {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final String source;
    private final List<StreamInterval> news = new ArrayList<>();
    private @Nullable Instant startedAt;
    private @Nullable String connection;
    private @Nullable String cause;
    private @Nullable String lastWords;
    private long posts;
    private long keepAlives;
    private long attempts;
    private long undelivered;
    private @Nullable Instant limitedSince;
    private @Nullable String firstPostId;
    private @Nullable String lastPostId;
    private @Nullable String lastPostIdEver;
    private @Nullable Instant lostAt;
    private @Nullable StreamInterval closedGap;

    /**
     * @param left the interval that an earlier process left open; null at the very first start
     * @param lastPostId the last post that it received
     */
    ConnectionLedger(String source, @Nullable StreamInterval left, @Nullable String lastPostId) {
        this.source = source;
        this.lastPostIdEver = lastPostId;
        if (left != null) {
            boolean wasConnected = !left.state().equals(StreamInterval.DISCONNECTED);
            if (wasConnected) {
                news.add(left);
            }
            startedAt = wasConnected ? left.endedAt() : left.startedAt();
            lostAt = startedAt;
            cause = (wasConnected ? "" : left.cause() + "; ") + "ingest-service was not running";
        }
    }

    /** Whether its source is live at all: archives and searches have no intervals. */
    boolean isOpen() {
        return startedAt != null;
    }

    /** The open interval as it would end at this moment, or with nothing in it if it has started later. */
    StreamInterval open(Instant end) {
        return interval(Objects.requireNonNull(startedAt), end);
    }

    void on(SourceEvent event) {
        if (event instanceof SourceEvent.Connected connected) {
            close(connected.at());
            startedAt = connected.at();
            connection = connected.connection();
            cause = null;
            lastWords = null;
            undelivered = 0;
            limitedSince = connected.at();
        } else if (event instanceof SourceEvent.Disconnected disconnected) {
            close(disconnected.at());
            startedAt = disconnected.at();
            lostAt = disconnected.at();
            connection = null;
            cause = lastWords == null ? disconnected.cause() : lastWords + "; " + disconnected.cause();
        } else if (event instanceof SourceEvent.Refused refused) {
            attempts++;
            cause = refused.cause();
            if (startedAt == null) {
                startedAt = refused.at();
            }
        } else if (event instanceof SourceEvent.KeepAlive) {
            keepAlives++;
        } else if (event instanceof SourceEvent.Resumed && closedGap != null) {
            StreamInterval gap = closedGap;
            closedGap = null;
            news.add(overlay(StreamInterval.REFILLED, gap.startedAt(), gap.endedAt(), "resumed where it was", 0, 0));
        } else if (event instanceof SourceEvent.Skipped skipped) {
            news.add(overlay(StreamInterval.DISCONNECTED, skipped.from(), skipped.to(), skipped.cause(), 0, 0));
        }
    }

    void post(String id) {
        posts++;
        if (firstPostId == null) {
            firstPostId = id;
        }
        lastPostId = id;
        lastPostIdEver = id;
    }

    /**
     * A limit notice counts since the connection was made; last words tell why it will end. Those that an archive holds
     * are of another connection.
     */
    void notice(Notice notice, Instant at) {
        if (!isOpen()) {
            return;
        }
        switch (notice.kind()) {
            case Notice.LIMIT -> {
                long total = Objects.requireNonNullElse(notice.undelivered(), 0L);
                if (total > undelivered) {
                    news.add(overlay(
                            StreamInterval.LIMITED,
                            Objects.requireNonNullElse(limitedSince, at),
                            at,
                            "limit notice",
                            0,
                            total - undelivered));
                }
                undelivered = total;
                limitedSince = at;
            }
            case Notice.DISCONNECT, Notice.ERRORS -> lastWords = notice.reason();
            default -> {}
        }
    }

    /** What a gap had kept back came after all. */
    void refilled(Instant from, Instant to, long refilledPosts, String how) {
        news.add(overlay(StreamInterval.REFILLED, from, to, how, refilledPosts, 0));
    }

    /** Ends an interval that has become long. */
    void tick(Instant now) {
        Instant since = startedAt;
        if (since != null && Duration.between(since, now).compareTo(LONGEST) >= 0) {
            close(now);
            startedAt = now;
        }
    }

    /** The intervals that have ended since the last call. */
    List<StreamInterval> takeNews() {
        List<StreamInterval> taken = List.copyOf(news);
        news.clear();
        return taken;
    }

    /** The last gap that has been closed, with the post before it, to be refilled; given once. */
    @Nullable
    StreamInterval takeClosedGap() {
        StreamInterval gap = closedGap;
        closedGap = null;
        return gap;
    }

    private void close(Instant end) {
        Instant start = startedAt;
        if (start == null) {
            return;
        }
        StreamInterval interval = interval(start, end);
        news.add(interval);
        if (connection == null) {
            closedGap = gap(interval);
        }
        posts = 0;
        keepAlives = 0;
        attempts = 0;
        firstPostId = null;
        lastPostId = null;
    }

    private StreamInterval interval(Instant start, Instant end) {
        boolean connected = connection != null;
        return new StreamInterval(
                source,
                !connected ? StreamInterval.DISCONNECTED : posts > 0 ? StreamInterval.CONNECTED : StreamInterval.SILENT,
                start,
                end.isBefore(start) ? start : end,
                connection,
                cause,
                posts,
                keepAlives,
                attempts,
                0,
                firstPostId,
                connected ? lastPostId : lastPostIdEver);
    }

    /** The whole gap: a long one has been recorded in several intervals. */
    private StreamInterval gap(StreamInterval last) {
        return new StreamInterval(
                source,
                last.state(),
                Objects.requireNonNullElse(lostAt, last.startedAt()),
                last.endedAt(),
                null,
                last.cause(),
                0,
                0,
                0,
                0,
                null,
                lastPostIdEver);
    }

    private StreamInterval overlay(
            String state, Instant from, Instant to, String why, long refilledPosts, long leftOut) {
        return new StreamInterval(source, state, from, to, connection, why, refilledPosts, 0, 0, leftOut, null, null);
    }
}
