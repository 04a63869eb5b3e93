package io.tweetlake.sandbox.lake;

import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerState;
import io.tweetlake.ledger.OffsetRange;
import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a table is what its ledger says, by witnesses that know nothing of each other: the ledger, the files' own
 * footers, and the offsets in the rows as DuckDB counts them.
 */
public final class LakeVerification {
    private LakeVerification() {}

    /**
     * What was found of a table.
     *
     * @param dead records that were no rows
     * @param purged rows that were taken out
     * @param lost offsets that were accepted as lost
     * @param problems in words, none if all holds
     */
    public record Finding(
            String table, long rows, long files, long dead, long purged, long lost, List<String> problems) {}

    /** Looks at one table. */
    public static Finding of(Topic<?, ?> topic, LakeFiles lake, LakeSql sql) throws IOException, SQLException {
        List<String> problems = new ArrayList<>();
        LedgerState ledger;
        try {
            LedgerState before = lake.ledgers().state(topic);
            List<LakeFiles.DataFile> found = lake.of(topic);
            ledger = lake.ledgers().state(topic);
            compareFiles(lake, before, found, ledger, problems);
        } catch (IllegalArgumentException e) {
            problems.add("the ledger has a hole: " + e.getMessage());
            ledger = LedgerState.EMPTY;
        }
        if (topic.retention() == Topic.Retention.COMPACTED) {
            repeated(topic, sql, "kafka_key", "keys", problems);
        } else {
            String prefix = topic.valueType() == byte[].class ? "" : "kafka_";
            repeated(topic, sql, "\"%1$spartition\", \"%1$soffset\"".formatted(prefix), "offsets", problems);
            outside(topic, sql, prefix, ledger, problems);
        }
        long offsets = ledger.read().values().stream()
                .mapToLong(range -> range.until() - range.from())
                .sum();
        boolean isKeyed = topic.retention() == Topic.Retention.COMPACTED;
        if (!isKeyed && ledger.rows() + ledger.dead() + ledger.purged() > offsets) {
            problems.add("more rows than the " + offsets + " offsets that were read");
        }
        long lost = ledger.lost().values().stream()
                .flatMap(List::stream)
                .mapToLong(range -> range.until() - range.from())
                .sum();
        return new Finding(
                new LakeTable(topic).sqlName(),
                ledger.rows(),
                ledger.files().size(),
                ledger.dead(),
                ledger.purged(),
                lost,
                List.copyOf(problems));
    }

    /** The files that are there, and their footers, against the ledger: a file that came or went meanwhile is fine. */
    private static void compareFiles(
            LakeFiles lake,
            LedgerState before,
            List<LakeFiles.DataFile> found,
            LedgerState after,
            List<String> problems)
            throws IOException {
        Map<String, DataFile> earlier = byPath(before);
        Map<String, DataFile> later = byPath(after);
        Set<String> there = new HashSet<>();
        for (LakeFiles.DataFile file : found) {
            String path = file.partition() + "/" + file.path().getName();
            there.add(path);
            DataFile known = later.containsKey(path) ? later.get(path) : earlier.get(path);
            if (known == null) {
                problems.add(path + " is not in the ledger");
            } else if (known.equals(earlier.get(path)) && known.equals(later.get(path))) {
                compare(lake, file, known, problems);
            }
        }
        earlier.keySet().stream()
                .filter(path -> later.containsKey(path) && !there.contains(path))
                .forEach(path -> problems.add(path + " is in the ledger and not there"));
    }

    private static Map<String, DataFile> byPath(LedgerState ledger) {
        return ledger.files().stream().collect(Collectors.toMap(DataFile::path, file -> file));
    }

    private static void compare(LakeFiles lake, LakeFiles.DataFile file, DataFile known, List<String> problems)
            throws IOException {
        if (known.bytes() != file.bytes()) {
            problems.add("%s has %d bytes, the ledger says %d".formatted(known.path(), file.bytes(), known.bytes()));
        } else if (known.rows() != lake.rows(file)) {
            problems.add("%s has %d rows, the ledger says %d".formatted(known.path(), lake.rows(file), known.rows()));
        }
    }

    private static void repeated(Topic<?, ?> topic, LakeSql sql, String columns, String what, List<String> problems)
            throws SQLException {
        if (sql.knows(topic)) {
            long repeated = number(
                    sql,
                    "select count(*) - count(distinct (%s)) from %s"
                            .formatted(columns, new LakeTable(topic).sqlName()));
            if (repeated > 0) {
                problems.add("%d %s come more than once".formatted(repeated, what));
            }
        }
    }

    private static void outside(
            Topic<?, ?> topic, LakeSql sql, String prefix, LedgerState ledger, List<String> problems)
            throws SQLException {
        if (!sql.knows(topic)) {
            return;
        }
        StringBuilder inside = new StringBuilder("false");
        for (Map.Entry<Integer, OffsetRange> read : ledger.read().entrySet()) {
            inside.append(" or (\"%spartition\" = %d and \"%soffset\" >= %d and \"%soffset\" < %d)"
                    .formatted(
                            prefix,
                            read.getKey(),
                            prefix,
                            read.getValue().from(),
                            prefix,
                            read.getValue().until()));
        }
        long outside =
                number(sql, "select count(*) from %s where not (%s)".formatted(new LakeTable(topic).sqlName(), inside));
        if (outside > 0) {
            problems.add(outside + " rows have offsets that the ledger has not read");
        }
    }

    private static long number(LakeSql sql, String query) throws SQLException {
        return ((Number) sql.query(query).rows().get(0).get(0)).longValue();
    }
}
