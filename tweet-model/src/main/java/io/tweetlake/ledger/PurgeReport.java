package io.tweetlake.ledger;

import java.time.Instant;
import java.util.Map;

/**
 * What a purge has taken out of the lake.
 *
 * @param at when it began: notices that were in the lake by then are obeyed
 * @param millis how long it took
 * @param notices that were new since the one before
 * @param tables what it did, by topic
 * @param looked the last ledger entry that it has seen of each table, by topic
 */
public record PurgeReport(Instant at, long millis, long notices, Map<String, Table> tables, Map<String, Long> looked) {
    public static final PurgeReport NONE = new PurgeReport(Instant.EPOCH, 0, 0, Map.of(), Map.of());

    /**
     * What was done to a table.
     *
     * @param files rewritten or removed
     * @param rows gone; a place that was forgotten leaves its row
     */
    public record Table(long files, long rows) {}

    public PurgeReport {
        tables = Map.copyOf(tables);
        looked = Map.copyOf(looked);
    }

    public long rows() {
        return tables.values().stream().mapToLong(Table::rows).sum();
    }

    public long files() {
        return tables.values().stream().mapToLong(Table::files).sum();
    }
}
