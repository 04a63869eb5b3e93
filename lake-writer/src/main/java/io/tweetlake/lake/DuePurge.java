package io.tweetlake.lake;

import io.tweetlake.ledger.PurgeReport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A purge that is run often enough for a notice to be obeyed within a bound. One thread runs it. */
final class DuePurge {
    private static final Logger log = LoggerFactory.getLogger(DuePurge.class);
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration RETRY = Duration.ofMinutes(15);

    private final Purge purge;
    private final Duration every;
    private Instant next;
    private volatile boolean failed;

    /**
     * @param reports which say when it was last run
     * @param within how long after its notice a post is gone at the latest
     */
    DuePurge(Purge purge, PurgeReports reports, Duration within) throws IOException {
        this.purge = purge;
        this.every = within.dividedBy(2);
        Instant last = reports.last().at();
        this.next = last.equals(PurgeReport.NONE.at()) ? Instant.now().plus(atMostEvery(FIRST)) : last.plus(every);
    }

    /** One that fails is tried again: what is written goes on, and the service is not ready until it succeeds. */
    @SuppressWarnings("CatchingUnchecked") // Spark's failures have no common class
    void runIfDue(Instant now) {
        if (now.isBefore(next)) {
            return;
        }
        try {
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
