package io.tweetlake.lake;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after a table while it is written: says which hours are complete, and compacts those that are over and have
 * been quiet since. One thread uses it.
 */
final class Maintenance {
    private static final Logger log = LoggerFactory.getLogger(Maintenance.class);

    /** Then an hour is compacted although rows still come: a month of back-dated posts may never be quiet. */
    private static final int MANY_FILES = 64;

    private final LakeTable table;
    private final CompleteHours hours;
    private final Compaction compaction;
    private final Duration quiet;
    private final Duration kept;
    private final Map<String, Seen> seen = new HashMap<>();

    /** How many rows an hour has had since when. */
    private record Seen(long rows, long sinceNanos) {}

    /**
     * @param lateness how long after its end an hour waits for late rows, and after the last of them for more
     * @param kept how long a file of a Delta table stays after it is no longer part of it
     */
    Maintenance(LakeTable table, Duration lateness, Duration kept) {
        this.table = table;
        this.hours = new CompleteHours(table.ledger(), lateness);
        this.compaction = new Compaction(table);
        this.quiet = lateness;
        this.kept = kept;
    }

    /** @param readUpTo all that had arrived by then is in the table */
    void run(Instant readUpTo) throws IOException {
        table.ledger().catchUp();
        table.ledger().sweep();
        table.ledger().forget(kept);
        int marked = hours.mark(readUpTo);
        if (marked > 0) {
            log.info("{} hours of {} are complete", marked, table.topic().name());
        }
        long now = System.nanoTime();
        Map<String, Long> rows = new HashMap<>();
        table.ledger().state().files().forEach(file -> rows.merge(file.partition(), file.rows(), Long::sum));
        rows.forEach((partition, count) -> seen.compute(
                partition, (key, before) -> before != null && before.rows() == count ? before : new Seen(count, now)));
        Map<String, Integer> files = new HashMap<>();
        table.ledger().state().files().forEach(file -> files.merge(file.partition(), 1, Integer::sum));
        int unused = compaction.compact(partition -> hours.isOver(partition, readUpTo)
                && (isQuiet(partition, now) || files.getOrDefault(partition, 0) >= MANY_FILES));
    }

    /** How many hours could not be compacted when it was last tried. */
    int failures() {
        return compaction.failures();
    }

    private boolean isQuiet(String partition, long now) {
        Seen last = seen.get(partition);
        return last != null && now - last.sinceNanos() >= quiet.toNanos();
    }
}
