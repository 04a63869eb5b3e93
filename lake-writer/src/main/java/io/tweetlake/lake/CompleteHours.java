package io.tweetlake.lake;

import io.tweetlake.ledger.CompleteHour;
import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.LedgerState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which hours of a table are over, for those who wait for whole hours. Thread-safe. */
final class CompleteHours {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Ledger ledger;
    private final Duration lateness;

    /** @param lateness how long after its end an hour still waits for late rows */
    CompleteHours(Ledger ledger, Duration lateness) {
        this.ledger = ledger;
        this.lateness = lateness;
    }

    /**
     * Says which hours are over, and says it anew of those that have changed since.
     *
     * @param readUpTo all that had arrived by then is in the table
     * @return how many hours it was said of
     */
    int mark(Instant readUpTo) throws IOException {
        LedgerEntry entry = ledger.commit(state -> {
            List<CompleteHour> over = changed(state, readUpTo);
            return over.isEmpty() ? null : LedgerEntry.complete(state.number() + 1, over);
        });
        return entry == null ? 0 : entry.complete().size();
    }

    /** Whether an hour and its late rows are over at a time. */
    boolean isOver(String partition, Instant at) {
        return !at.isBefore(begin(partition).plus(HOUR).plus(lateness));
    }

    private List<CompleteHour> changed(LedgerState state, Instant readUpTo) {
        Map<String, List<DataFile>> byHour = state.files().stream()
                .filter(file -> isOver(file.partition(), readUpTo))
                .collect(Collectors.groupingBy(DataFile::partition, TreeMap::new, Collectors.toList()));
        Map<String, CompleteHour> said =
                state.complete().stream().collect(Collectors.toMap(CompleteHour::partition, hour -> hour));
        // An hour whose rows have all been purged is said anew to be empty; of one that may not be over nothing is
        // said.
        said.keySet().stream()
                .filter(partition -> isOver(partition, readUpTo))
                .forEach(partition -> byHour.putIfAbsent(partition, List.of()));
        List<CompleteHour> changed = new ArrayList<>();
        Instant now = Instant.now();
        byHour.forEach((partition, files) -> {
            CompleteHour hour = CompleteHour.of(partition, files, now);
            CompleteHour before = said.get(partition);
            if (before == null || !before.saysSameAs(hour)) {
                changed.add(hour);
            }
        });
        return changed;
    }

    /** Of {@code date=2026-01-31/hour=07}. */
    private static Instant begin(String partition) {
        String date = partition.substring("date=".length(), partition.indexOf('/'));
        String hour = partition.substring(partition.lastIndexOf('=') + 1);
        return Instant.parse(date + "T" + hour + ":00:00Z");
    }
}
