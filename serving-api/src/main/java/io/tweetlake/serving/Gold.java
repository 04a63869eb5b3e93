package io.tweetlake.serving;

import io.tweetlake.serving.Answers.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gold as Postgres holds it, one window a question. Thread-safe. */
final class Gold {
    private static final int HISTORY = 24;
    private static final int JUST_BEGUN = 100;
    private static final int RANKED = 1_000;
    private static final int CANDIDATES = 256;
    /** Rows of a window that are read faster than some of them are looked up. */
    private static final int SMALL = 10_000;

    private static final int LOOKED_UP = 1_000;

    private final Database database;

    Gold(Database database) {
        this.database = database;
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

    /** How far event time has come, and how far behind it posts still count. */
    private record Progress(Instant asOf, Duration grace) {}

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
     * @param before ranks of keys in the window before by the same order; 0 or nothing for those that were not in it
     * @param ranked whether there is such an order, and it is not too costly to find
     */
    private record Ranking(List<Rising> rows, Map<String, Integer> before, boolean ranked) {}

    Answers.Windows windows() throws SQLException {
        List<Progress> progress = progress();
        return new Answers.Windows(
                sizes("volume"),
                sizes("happy_hashtags"),
                progress.isEmpty() ? null : progress.get(0).asOf());
    }

    private List<String> sizes(String table) throws SQLException {
        // Steps from size to size: the index has millions of rows of a few sizes.
        return database.list(
                "WITH RECURSIVE sizes AS (SELECT min(window_seconds) AS s FROM " + table
                        + " UNION ALL SELECT (SELECT min(window_seconds) FROM " + table
                        + " WHERE window_seconds > s) FROM sizes WHERE s IS NOT NULL)"
                        + " SELECT s FROM sizes WHERE s IS NOT NULL",
                List.of(),
                row -> View.written(Duration.ofSeconds(row.getInt("s"))));
    }

    Answers.Trending trending(Mentioned what, View view, String type) throws SQLException {
        Window window = window("volume", view);
        List<Instant> earlier = earlier(window, Trends.BEFORE);
        long posts = posts(window, view);
        Ranking page = view.order().equals("rising")
                ? byRising(what, view, type, window, earlier)
                : byMentions(what, view, type, window, earlier);
        boolean more = page.rows().size() > view.limit();
        List<Rising> shown = more ? page.rows().subList(0, view.limit()) : page.rows();
        List<String> keys = shown.stream().map(rising -> rising.row().key()).toList();
        View finer = finer(view);
        Window latest = window("volume", finer.at(window));
        List<Instant> starts = new ArrayList<>(earlier(latest, HISTORY - 1));
        starts.add(latest.start());
        starts.sort(Comparator.naturalOrder());
        Map<String, Map<Instant, Long>> history = history(what, finer, latest.end(), starts, keys);
        List<Answers.Trend> items = new ArrayList<>();
        for (Rising rising : shown) {
            Row row = rising.row();
            Map<Instant, Long> counts = history.getOrDefault(row.key(), Map.of());
            int before = page.before().getOrDefault(row.key(), 0);
            List<Long> line = new ArrayList<>();
            for (Instant start : starts) {
                line.add(counts.getOrDefault(start, 0L));
            }
            items.add(new Answers.Trend(
                    view.offset() + items.size() + 1,
                    before == 0 ? null : before,
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
     * By {@link Trends#rising} in SQL over all that the window and those before have, with the ranks by the same order
     * in the window before.
     */
    private Ranking byRisingOfAll(Mentioned what, View view, String type, Window window, List<Instant> earlier)
            throws SQLException {
        Instant start = window.start();
        Instant previous = start.minus(view.window());
        List<Instant> all = earlier(window, Trends.BEFORE + 1);
        int beforePrevious = (int) all.stream().filter(previous::isAfter).count();
        List<Object> values = new ArrayList<>(List.<Object>of(
                beforePrevious,
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
        Map<String, Integer> ranks = new HashMap<>();
        database.list(
                """
                SELECT key, CASE WHEN before > 0 AND ? > 0 THEN rank ELSE 0 END AS rank FROM (
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
                row -> ranks.put(row.getString("key"), row.getInt("rank")));
        List<Row> rows = ranks.isEmpty()
                ? List.of()
                : rows(what, view, type, window, List.copyOf(ranks.keySet()), 0, Integer.MAX_VALUE, 0);
        return new Ranking(
                byScore(what, view, window, earlier, rows), ranks, beforePrevious > 0 && all.contains(previous));
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
                    earlier.isEmpty() ? null : Trends.rising(row.mentions(), sum / earlier.size(), window.elapsed())));
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
                List.<Object>of(view.windowSeconds(), asOf().asOf().minus(view.window())),
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

    Answers.Happiest happiest(View view) throws SQLException {
        Window window = window("happy_hashtags", view);
        String column = view.order().equals("sum") ? "sum_smiles" : "max_smiles";
        List<Object> values = new ArrayList<>(List.<Object>of(view.windowSeconds(), window.start()));
        values.addAll(view.scopeValues());
        values.add(view.limit() + 1);
        values.add(view.offset());
        List<Answers.Happy> items = new ArrayList<>();
        database.list(
                "SELECT hashtag, max_smiles, sum_smiles, posts FROM happy_hashtags"
                        + " WHERE window_seconds = ? AND window_start = ? AND " + view.scope()
                        + " ORDER BY " + column + " DESC, hashtag LIMIT ? OFFSET ?",
                values,
                row -> items.add(new Answers.Happy(
                        view.offset() + items.size() + 1,
                        row.getString("hashtag"),
                        row.getLong(column),
                        row.getLong("max_smiles"),
                        row.getLong("sum_smiles"),
                        row.getLong("posts"))));
        boolean more = items.size() > view.limit();
        return new Answers.Happiest(
                window,
                view.order(),
                view.tier(),
                view.lang(),
                more ? List.copyOf(items.subList(0, view.limit())) : items,
                more ? view.offset() + view.limit() : null);
    }

    Answers.VolumeOverTime volume(View view, int points) throws SQLException {
        Window window = window("volume", view);
        Duration step = step("volume", view);
        Instant from = window.start().minus(step.multipliedBy(points - 1L));
        Map<Instant, Answers.VolumePoint> found = new HashMap<>();
        database.list(
                "SELECT window_start, sum(posts) AS posts, sum(reposts) AS reposts, sum(replies) AS replies,"
                        + " sum(quotes) AS quotes FROM volume WHERE window_seconds = ? AND window_start >= ?"
                        + " AND window_start <= ? AND (? = '' OR tier = ?) AND (? = '' OR lang = ?) GROUP BY window_start",
                values(view.windowSeconds(), from, window.start(), view),
                row -> {
                    Instant start = Database.time(row, "window_start");
                    return found.put(
                            start,
                            new Answers.VolumePoint(
                                    start,
                                    row.getLong("posts"),
                                    row.getLong("reposts"),
                                    row.getLong("replies"),
                                    row.getLong("quotes")));
                });
        List<Answers.VolumePoint> line = new ArrayList<>();
        for (Instant start = from; !start.isAfter(window.start()); start = start.plus(step)) {
            line.add(found.getOrDefault(start, new Answers.VolumePoint(start, null, null, null, null)));
        }
        return new Answers.VolumeOverTime(window, view.tier(), view.lang(), line, gaps(from, window.end()));
    }

    private List<Answers.Gap> gaps(Instant from, Instant until) throws SQLException {
        return database.list(
                "SELECT source, state, started_at, ended_at, undelivered, cause FROM stream_intervals"
                        + " WHERE ended_at > ? AND started_at < ? AND state IN ('disconnected', 'limited')"
                        + " ORDER BY started_at DESC LIMIT 200",
                List.of(from, until),
                row -> new Answers.Gap(
                        row.getString("source"),
                        row.getString("state"),
                        Database.time(row, "started_at"),
                        Database.time(row, "ended_at"),
                        row.getLong("undelivered"),
                        row.getString("cause")));
    }

    Answers.Languages languages(View view) throws SQLException {
        Window window = window("volume", view);
        List<Answers.Share> counts = database.list(
                "SELECT lang, sum(posts) AS posts FROM volume WHERE window_seconds = ? AND window_start = ?"
                        + " AND (? = '' OR tier = ?) GROUP BY lang ORDER BY posts DESC, lang",
                List.<Object>of(view.windowSeconds(), window.start(), view.tier(), view.tier()),
                row -> new Answers.Share(row.getString("lang"), row.getLong("posts"), 0));
        long posts = counts.stream().mapToLong(Answers.Share::posts).sum();
        return new Answers.Languages(
                window,
                view.tier(),
                posts,
                counts.stream()
                        .skip(view.offset())
                        .limit(view.limit())
                        .map(count -> new Answers.Share(count.name(), count.posts(), (double) count.posts() / posts))
                        .toList());
    }

    Answers.Places places(View view) throws SQLException {
        Window window = window("volume", view);
        return new Answers.Places(
                window,
                database.list(
                        "SELECT country, cell, posts FROM place_counts WHERE window_seconds = ? AND window_start = ?"
                                + " ORDER BY posts DESC, country, cell LIMIT ? OFFSET ?",
                        List.<Object>of(view.windowSeconds(), window.start(), view.limit(), view.offset()),
                        row -> new Answers.Place(
                                row.getString("country"), row.getString("cell"), row.getLong("posts"))));
    }

    Answers.HashtagOverTime hashtag(String hashtag, View view, @Nullable Instant from, @Nullable Instant to)
            throws SQLException {
        Instant end = to == null ? asOf().asOf().plusSeconds(1) : to;
        Instant start = from == null ? end.minus(view.window().multipliedBy(100)) : from;
        List<Object> values = new ArrayList<>(List.<Object>of(view.windowSeconds(), hashtag, start, end));
        values.addAll(view.scopeValues());
        values.add(view.limit());
        values.add(view.offset());
        return new Answers.HashtagOverTime(
                hashtag,
                View.written(view.window()),
                view.tier(),
                view.lang(),
                database.list(
                        "SELECT window_start, mentions, originals, authors, authors_error FROM hashtag_counts"
                                + " WHERE window_seconds = ? AND hashtag = ? AND window_start >= ? AND window_start < ? AND "
                                + view.scope() + " ORDER BY window_start DESC LIMIT ? OFFSET ?",
                        values,
                        Gold::hashtagPoint));
    }

    private static Answers.HashtagPoint hashtagPoint(ResultSet row) throws SQLException {
        return new Answers.HashtagPoint(
                Database.time(row, "window_start"),
                row.getLong("mentions"),
                row.getLong("originals"),
                row.getLong("authors"),
                row.getDouble("authors_error"));
    }

    private long posts(Window window, View view) throws SQLException {
        return database.list(
                        "SELECT coalesce(sum(posts), 0) AS posts FROM volume WHERE window_seconds = ? AND window_start = ?"
                                + " AND window_start = ? AND (? = '' OR tier = ?) AND (? = '' OR lang = ?)",
                        values(view.windowSeconds(), window.start(), window.start(), view),
                        row -> row.getLong("posts"))
                .get(0);
    }

    private static List<Object> values(int windowSeconds, Instant from, Instant until, View view) {
        return List.<Object>of(windowSeconds, from, until, view.tier(), view.tier(), view.lang(), view.lang());
    }

    /** The starts of the windows before this one in which there was any post, newest first. */
    private List<Instant> earlier(Window window, int count) throws SQLException {
        Duration size = Duration.between(window.start(), window.end());
        return database
                .list(
                        "SELECT DISTINCT window_start FROM volume WHERE window_seconds = ? AND window_start < ? AND window_start >= ?"
                                + " ORDER BY window_start DESC",
                        List.<Object>of(
                                Math.toIntExact(size.toSeconds()),
                                window.start(),
                                window.start().minus(size.multipliedBy(count))),
                        row -> Database.time(row, "window_start"))
                .stream()
                // Of hopping windows those that do not overlap.
                .filter(start -> Duration.between(start, window.start()).toSeconds() % size.toSeconds() == 0)
                .toList();
    }

    /**
     * The window that holds a time and ends first: with hopping windows that is the one whose posts are all there.
     *
     * @param table that has the window
     * @throws Problem if the table's windows are of other sizes
     */
    private Window window(String table, View view) throws SQLException {
        Progress progress = asOf();
        // A window that has only just begun says nothing yet: until then the one before is the newest.
        Instant at = view.at() == null ? progress.asOf().minus(view.window().dividedBy(JUST_BEGUN)) : view.at();
        List<Instant> found = database.list(
                "SELECT window_start FROM " + table
                        + " WHERE window_seconds = ? AND window_start > ? AND window_start <= ? ORDER BY window_start LIMIT 1",
                List.<Object>of(view.windowSeconds(), at.minus(view.window()), at),
                row -> Database.time(row, "window_start"));
        List<String> sizes = found.isEmpty() ? sizes(table) : List.of();
        if (!sizes.isEmpty() && !sizes.contains(View.written(view.window()))) {
            throw Problem.badRequest("there are no windows of " + View.written(view.window()) + "; there are "
                    + String.join(", ", sizes));
        }
        // With nothing before it, it is the newest all the same.
        Instant newest = view.at() == null ? progress.asOf() : at;
        Instant start = found.isEmpty() ? aligned(newest, view.windowSeconds()) : found.get(0);
        Instant end = start.plus(view.window());
        String state = progress.asOf().isBefore(end)
                ? "open"
                : progress.asOf().isBefore(end.plus(progress.grace())) ? "closing" : "final";
        double passed = (double) Duration.between(start, progress.asOf()).toMillis()
                / view.window().toMillis();
        return new Window(
                View.written(view.window()), start, end, state, Math.max(0, Math.min(1, passed)), progress.asOf());
    }

    /** The tumbling window that holds a time. */
    private static Instant aligned(Instant time, long seconds) {
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
    }

    /** What lies between the starts of two windows. */
    private Duration step(String table, View view) throws SQLException {
        List<Instant> latest = database.list(
                "SELECT DISTINCT window_start FROM " + table
                        + " WHERE window_seconds = ? AND window_start >= (SELECT as_of FROM progress) - ? * interval '2 second'"
                        + " ORDER BY window_start DESC LIMIT 2",
                List.<Object>of(view.windowSeconds(), view.windowSeconds()),
                row -> Database.time(row, "window_start"));
        if (latest.size() < 2) {
            return view.window();
        }
        Duration between = Duration.between(latest.get(1), latest.get(0));
        return between.compareTo(view.window()) < 0 ? between : view.window();
    }

    private Progress asOf() throws SQLException {
        List<Progress> progress = progress();
        if (progress.isEmpty()) {
            throw Problem.notYet(
                    "nothing has been counted yet: gold-aggregator writes the first window when a tweet has come");
        }
        return progress.get(0);
    }

    private List<Progress> progress() throws SQLException {
        return database.list(
                "SELECT as_of, grace_seconds FROM progress",
                List.of(),
                row -> new Progress(Database.time(row, "as_of"), Duration.ofSeconds(row.getLong("grace_seconds"))));
    }
}
