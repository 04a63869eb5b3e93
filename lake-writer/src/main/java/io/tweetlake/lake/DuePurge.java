package io.tweetlake.lake;

import io.tweetlake.ledger.PurgeReport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A purge that is run often enough for a notice to be obeyed within a bound. One thread runs it. */
final class DuePurge {
    private static final Logger log = LoggerFactory.getLogger(DuePurge.class);
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration RETRY = Duration.ofMinutes(15);

    private final Purge purge;
    private final Versions versions;
    private final Duration every;
    private final Duration kept;
    private Instant next;
    private Instant nextForget = Instant.EPOCH;
    private volatile boolean failed;

    /** The versions of silver that are there now, which nobody else looks after. */
    @FunctionalInterface
    interface Versions {
        List<LakeTable> open() throws IOException;
    }

    /**
     * @param reports which say when it was last run
     * @param within how long after its notice a post is gone at the latest
     * @param kept how long a file of a Delta table stays after it is no longer part of it
     */
    DuePurge(Purge purge, Versions versions, PurgeReports reports, Duration within, Duration kept) throws IOException {
        this.purge = purge;
        this.versions = versions;
        this.every = within.dividedBy(2);
        this.kept = kept;
        Instant last = reports.last().at();
        this.next = last.equals(PurgeReport.NONE.at()) ? Instant.now().plus(atMostEvery(FIRST)) : last.plus(every);
    }

    /** One that fails is tried again: what is written goes on, and the service is not ready until it succeeds. */
    @SuppressWarnings("CatchingUnchecked") // Spark's failures have no common class
    void runIfDue(Instant now) {
        if (now.isBefore(next) && now.isBefore(nextForget)) {
            return;
        }
        try {
            if (!now.isBefore(nextForget)) {
                for (LakeTable table : versions.open()) {
                    table.ledger().forget(kept);
                }
                nextForget = now.plus(kept);
            }
            if (now.isBefore(next)) {
                return;
            }
            PurgeReport unused = purge.run();
            failed = false;
            next = now.plus(every);
        } catch (Exception e) {
            failed = true;
            next = now.plus(atMostEvery(RETRY));
            log.error("the purge failed and is tried again at {}: {}", next, e.toString());
        }
    }

    boolean failed() {
        return failed;
    }

    private Duration atMostEvery(Duration time) {
        return time.compareTo(every) < 0 ? time : every;
    }
}
