package io.tweetlake.serving;

import io.tweetlake.serving.Answers.Window;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is mentioned in a window, by mentions or by how much it rises. Thread-safe. */
final class Trending {
    private static final int HISTORY = 24;
    private static final int RANKED = 1_000;
    private static final int CANDIDATES = 256;
    /** Rows of a window that are read faster than some of them are looked up. */
    private static final int SMALL = 10_000;

    private static final int LOOKED_UP = 1_000;

    private final Database database;
    private final GoldWindows windows;

    Trending(Database database, GoldWindows windows) {
        this.database = database;
        this.windows = windows;
    }

    /** A table of things that are mentioned. */
    enum Mentioned {
        HASHTAGS("hashtag_counts", "hashtag", "hashtag", "hashtag", "NULL", "hashtag = ANY (?)"),
        // The index begins with the entity; the type is compared after that.
        ENTITIES(
                "entity_counts",
                "type || '/' || entity_key",
                "entity_key, type",
                "entity",
                "type",
                "entity_key = ANY (?) AND type || '/' || entity_key = ANY (?)");

        private final String table;
        private final String key;
        /** The order of those that are equal otherwise; together unique. */
        private final String tie;

        private final String name;
        private final String type;
        /** Is one of some keys. */
        private final String among;

        Mentioned(String table, String key, String tie, String name, String type, String among) {
            this.table = table;
            this.key = key;
            this.tie = tie;
            this.name = name;
            this.type = type;
            this.among = among;
        }

        /** The values of {@link #among}. */
        private List<List<String>> values(List<String> keys) {
            return this == HASHTAGS
                    ? List.of(keys)
                    : List.of(
                            keys.stream()
                                    .map(key -> key.substring(key.indexOf('/') + 1))
                                    .toList(),
                            keys);
        }
    }

    private record Row(
            String key,
            String name,
            @Nullable String type,
            long mentions,
            long originals,
            long authors,
            double error) {}

    /** The score is unknown if there is no window before. */
    private record Rising(Row row, @Nullable Double score) {
        double scoreOrZero() {
            return score == null ? 0 : score;
        }
    }

    /**
     * The rows of a page and one more, if there are.
     *
     * @param before ranks of keys in the window before by the same order; nothing for those that were not in it
     * @param ranked whether there is such an order, and it is not too costly to find
     */
    private record Ranking(List<Rising> rows, Map<String, Integer> before, boolean ranked) {}

    Answers.Trending answer(Mentioned what, View view, String type) throws SQLException {
        Window window = windows.window("volume", view);
        List<Instant> earlier = windows.earlier(window, RisingScore.BEFORE);
        long posts = posts(window, view);
        Ranking page = view.order().equals("rising")
                ? byRising(what, view, type, window, earlier)
                : byMentions(what, view, type, window, earlier);
        boolean more = page.rows().size() > view.limit();
        List<Rising> shown = more ? page.rows().subList(0, view.limit()) : page.rows();
        List<String> keys = shown.stream().map(rising -> rising.row().key()).toList();
        View finer = finer(view);
        Window latest = windows.window("volume", finer.at(window));
        List<Instant> starts = new ArrayList<>(windows.earlier(latest, HISTORY - 1));
        starts.add(latest.start());
        starts.sort(Comparator.naturalOrder());
        Map<String, Map<Instant, Long>> history = history(what, finer, latest.end(), starts, keys);
        List<Answers.Trend> items = new ArrayList<>();
        for (Rising rising : shown) {
            Row row = rising.row();
            Map<Instant, Long> counts = history.getOrDefault(row.key(), Map.of());
            List<Long> line = new ArrayList<>();
            for (Instant start : starts) {
                line.add(counts.getOrDefault(start, 0L));
            }
            items.add(new Answers.Trend(
                    view.offset() + items.size() + 1,
                    page.before().get(row.key()),
                    row.name(),
                    row.type(),
                    row.mentions(),
                    row.originals(),
                    row.authors(),
                    row.error(),
                    posts == 0 ? 0 : (double) row.mentions() / posts,
                    rising.score(),
                    line));
        }
        return new Answers.Trending(
                window,
                View.written(finer.window()),
                view.tier(),
                view.lang(),
                posts,
                page.ranked(),
                items,
                more ? view.offset() + view.limit() : null);
    }

    private Ranking byMentions(Mentioned what, View view, String type, Window window, List<Instant> earlier)
            throws SQLException {
        List<Row> rows = rows(what, view, type, window, List.of(), 0, view.limit() + 1, view.offset());
        boolean ranked =
                !earlier.isEmpty() && earlier.get(0).plus(view.window()).equals(window.start());
        return new Ranking(
                scored(what, view, window, earlier, rows),
                ranked ? ranksByMentions(what, view, type, window, earlier.get(0)) : Map.of(),
                ranked);
    }

    /**
     * The exact order by score. Small windows are read. Of large ones the most mentioned are looked at first: a row
     * with {@code m} mentions scores at most {@code m}, so only those with more mentions than the last score of a page
     * that is made of them can change it. Few of those are looked up, for many the windows are read all the same.
     */
    private Ranking byRising(Mentioned what, View view, String type, Window window, List<Instant> earlier)
            throws SQLException {
        if (earlier.isEmpty()) {
            return byMentions(what, view, type, window, earlier);
        }
        if (isSmall(what, view, window.start()) && isSmall(what, view, earlier.get(0))) {
            return byRisingOfAll(what, view, type, window, earlier);
        }
        int wanted = view.offset() + view.limit() + 1;
        int candidates = Math.max(CANDIDATES, wanted);
        List<Rising> first =
                byScore(what, view, window, earlier, rows(what, view, type, window, List.of(), 0, candidates, 0));
        if (first.size() < candidates
                || first.get(wanted - 1).scoreOrZero()
                        > first.stream()
                                .mapToLong(rising -> rising.row().mentions())
                                .min()
                                .orElseThrow()) {
            return new Ranking(page(first, view), Map.of(), false);
        }
        long least = (long) Math.ceil(first.get(wanted - 1).scoreOrZero());
        if (!rows(what, view, type, window, List.of(), least, 1, LOOKED_UP).isEmpty()) {
            return byRisingOfAll(what, view, type, window, earlier);
        }
        List<Row> rows = rows(what, view, type, window, List.of(), least, Integer.MAX_VALUE, 0);
        return new Ranking(page(byScore(what, view, window, earlier, rows), view), Map.of(), false);
    }

    private boolean isSmall(Mentioned what, View view, Instant start) throws SQLException {
        return database.list(
                        "SELECT 1 FROM " + what.table
                                + " WHERE window_seconds = ? AND window_start = ? LIMIT 1 OFFSET ?",
                        List.<Object>of(view.windowSeconds(), start, SMALL),
                        row -> true)
                .isEmpty();
    }

    /** One more than are shown, if there are. */
    private static List<Rising> page(List<Rising> all, View view) {
        int from = Math.min(view.offset(), all.size());
        return all.subList(from, Math.min(view.offset() + view.limit() + 1, all.size()));
    }

    /** Those of the same score stay in the order of their mentions: sorting is stable. */
    private List<Rising> byScore(Mentioned what, View view, Window window, List<Instant> earlier, List<Row> rows)
            throws SQLException {
        List<Rising> scored = scored(what, view, window, earlier, rows);
        scored.sort(Comparator.comparing(Rising::scoreOrZero).reversed());
        return scored;
    }

    /**
     * By {@link RisingScore#of} in SQL over all that the window and those before have, with the ranks by the same order
     * in the window before.
     */
    private Ranking byRisingOfAll(Mentioned what, View view, String type, Window window, List<Instant> earlier)
            throws SQLException {
        Instant start = window.start();
        Instant previous = start.minus(view.window());
        List<Instant> all = windows.earlier(window, RisingScore.BEFORE + 1);
        int beforePrevious = (int) all.stream().filter(previous::isAfter).count();
        List<Object> values = new ArrayList<>(List.<Object>of(
                start,
                start,
                earlier.get(earlier.size() - 1),
                earlier.size(),
                window.elapsed(),
                previous,
                previous,
                Math.max(1, beforePrevious),
                view.windowSeconds(),
                start));
        values.addAll(all);
        values.addAll(view.scopeValues());
        values.addAll(type.isEmpty() ? List.of() : List.of(type));
        values.add(view.limit() + 1);
        values.add(view.offset());
        boolean ranked = beforePrevious > 0 && all.contains(previous);
        Map<String, Integer> ranks = new HashMap<>();
        List<String> keys = database.list(
                """
                SELECT key, rank, before FROM (
                  SELECT *, row_number() OVER (
                    ORDER BY before > 0 DESC, (before - before_mean) / sqrt(before_mean + 1) DESC, before DESC, %3$s) AS rank
                  FROM (
                    SELECT %1$s AS key, %3$s, sum(mentions::float8) FILTER (WHERE window_start = ?) AS mentions,
                      coalesce(sum(mentions::float8) FILTER (WHERE window_start < ? AND window_start >= ?), 0)
                        / ? * ? AS expected,
                      coalesce(sum(mentions::float8) FILTER (WHERE window_start = ?), 0) AS before,
                      coalesce(sum(mentions::float8) FILTER (WHERE window_start < ?), 0) / ? AS before_mean
                    FROM %2$s WHERE window_seconds = ? AND window_start IN (?%4$s) AND %5$s%6$s GROUP BY %3$s) AS sums)
                  AS ranked
                WHERE mentions > 0 ORDER BY (mentions - expected) / sqrt(expected + 1) DESC, mentions DESC, %3$s LIMIT ? OFFSET ?
                """.formatted(
                                what.key,
                                what.table,
                                what.tie,
                                ", ?".repeat(all.size()),
                                view.scope(),
                                type.isEmpty() ? "" : " AND type = ?"),
                values,
                row -> {
                    if (ranked && row.getDouble("before") > 0) {
                        ranks.put(row.getString("key"), row.getInt("rank"));
                    }
                    return row.getString("key");
                });
        List<Row> rows = keys.isEmpty() ? List.of() : rows(what, view, type, window, keys, 0, Integer.MAX_VALUE, 0);
        return new Ranking(byScore(what, view, window, earlier, rows), ranks, ranked);
    }

    /**
     * By mentions, those with at least so many.
     *
     * @param keys the only ones to find, or none for all
     */
    private List<Row> rows(
            Mentioned what,
            View view,
            String type,
            Window window,
            List<String> keys,
            long leastMentions,
            int limit,
            int offset)
            throws SQLException {
        List<Object> values = new ArrayList<>(List.<Object>of(view.windowSeconds(), window.start(), leastMentions));
        values.addAll(view.scopeValues());
        String ofType = "";
        if (!type.isEmpty()) {
            ofType = " AND type = ?";
            values.add(type);
        }
        String ofKeys = "";
        if (!keys.isEmpty()) {
            ofKeys = " AND " + what.among;
            values.addAll(what.values(keys));
        }
        values.add(limit);
        values.add(offset);
        return database.list(
                "SELECT %s AS key, %s AS name, %s AS type, mentions, originals, authors, authors_error FROM %s"
                                .formatted(what.key, what.name, what.type, what.table)
                        + " WHERE window_seconds = ? AND window_start = ? AND mentions >= ? AND " + view.scope()
                        + ofType
                        + ofKeys
                        + " ORDER BY mentions DESC, " + what.tie + " LIMIT ? OFFSET ?",
                values,
                row -> new Row(
                        row.getString("key"),
                        row.getString("name"),
                        row.getString("type"),
                        row.getLong("mentions"),
                        row.getLong("originals"),
                        row.getLong("authors"),
                        row.getDouble("authors_error")));
    }

    private List<Rising> scored(Mentioned what, View view, Window window, List<Instant> earlier, List<Row> rows)
            throws SQLException {
        Map<String, Long> before =
                before(what, view, window, earlier, rows.stream().map(Row::key).toList());
        List<Rising> scored = new ArrayList<>();
        for (Row row : rows) {
            double sum = before.getOrDefault(row.key(), 0L);
            scored.add(new Rising(
                    row,
                    earlier.isEmpty() ? null : RisingScore.of(row.mentions(), sum / earlier.size(), window.elapsed())));
        }
        return scored;
    }

    /** Mentions of some keys in all of the windows before this one that do not overlap. */
    private Map<String, Long> before(Mentioned what, View view, Window window, List<Instant> earlier, List<String> keys)
            throws SQLException {
        Map<String, Long> sums = new HashMap<>();
        if (earlier.isEmpty() || keys.isEmpty()) {
            return sums;
        }
        List<Object> values = new ArrayList<>(List.<Object>of(view.windowSeconds()));
        values.addAll(what.values(keys));
        values.addAll(List.<Object>of(earlier.get(earlier.size() - 1), window.start(), window.start()));
        values.addAll(view.scopeValues());
        database.list(
                "SELECT %s AS key, sum(mentions) AS mentions FROM %s WHERE window_seconds = ? AND %s"
                                .formatted(what.key, what.table, what.among)
                        + " AND window_start >= ? AND window_start < ?"
                        + " AND extract(epoch FROM ? - window_start)::bigint % window_seconds = 0"
                        + " AND " + view.scope() + " GROUP BY 1",
                values,
                row -> sums.put(row.getString("key"), row.getLong("mentions")));
        return sums;
    }

    /** The same view of windows of the next smaller size, if there is one: a line of them says more. */
    private View finer(View view) throws SQLException {
        List<Integer> sizes = database.list(
                "SELECT window_seconds AS s FROM volume WHERE window_seconds < ? AND window_start >= ?"
                        + " ORDER BY window_seconds DESC, window_start DESC LIMIT 1",
                List.<Object>of(view.windowSeconds(), windows.now().asOf().minus(view.window())),
                row -> row.getInt("s"));
        return sizes.isEmpty() ? view : view.ofWindow(Duration.ofSeconds(sizes.get(0)));
    }

    /** Mentions of some keys in some windows, which start before a time. */
    private Map<String, Map<Instant, Long>> history(
            Mentioned what, View view, Instant until, List<Instant> starts, List<String> keys) throws SQLException {
        Map<String, Map<Instant, Long>> counts = new HashMap<>();
        if (starts.isEmpty() || keys.isEmpty()) {
            return counts;
        }
        List<Object> values = new ArrayList<>(List.<Object>of(view.windowSeconds()));
        values.addAll(what.values(keys));
        values.add(starts.stream().min(Comparator.naturalOrder()).orElseThrow());
        values.add(until);
        values.addAll(view.scopeValues());
        database.list(
                "SELECT %s AS key, window_start, mentions FROM %s WHERE window_seconds = ? AND %s"
                                .formatted(what.key, what.table, what.among)
                        + " AND window_start >= ? AND window_start < ? AND " + view.scope(),
                values,
                row -> counts.computeIfAbsent(row.getString("key"), key -> new HashMap<>())
                        .put(Database.time(row, "window_start"), row.getLong("mentions")));
        return counts;
    }

    private Map<String, Integer> ranksByMentions(
            Mentioned what, View view, String type, Window window, Instant previous) throws SQLException {
        Map<String, Integer> ranks = new HashMap<>();
        Window before = new Window(window.size(), previous, window.start(), window.state(), 1, window.asOf());
        for (Row row : rows(what, view, type, before, List.of(), 0, RANKED, 0)) {
            ranks.put(row.key(), ranks.size() + 1);
        }
        return ranks;
    }

    private long posts(Window window, View view) throws SQLException {
        return database.list(
                        "SELECT coalesce(sum(posts), 0) AS posts FROM volume WHERE window_seconds = ? AND window_start = ?"
                                + " AND window_start = ? AND (? = '' OR tier = ?) AND (? = '' OR lang = ?)",
                        view.values(window.start(), window.start()),
                        row -> row.getLong("posts"))
                .get(0);
    }
}
