package io.tweetlake.serving;

import io.tweetlake.serving.Answers.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gold as Postgres holds it, one window a question. Thread-safe. */
final class Gold {
    private final Database database;
    private final GoldWindows windows;
    private final Trending trending;

    Gold(Database database) {
        this.database = database;
        this.windows = new GoldWindows(database);
        this.trending = new Trending(database, windows);
    }

    Answers.Windows windows() throws SQLException {
        return windows.all();
    }

    Answers.Trending trending(Trending.Mentioned what, View view, String type) throws SQLException {
        return trending.answer(what, view, type);
    }

    Answers.Happiest happiest(View view) throws SQLException {
        Window window = windows.window("happy_hashtags", view);
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
        Window window = windows.window("volume", view);
        Duration step = windows.step("volume", view);
        Instant from = window.start().minus(step.multipliedBy(points - 1L));
        Map<Instant, Answers.VolumePoint> found = new HashMap<>();
        database.list(
                "SELECT window_start, sum(posts) AS posts, sum(reposts) AS reposts, sum(replies) AS replies,"
                        + " sum(quotes) AS quotes FROM volume WHERE window_seconds = ? AND window_start >= ?"
                        + " AND window_start <= ? AND (? = '' OR tier = ?) AND (? = '' OR lang = ?) GROUP BY window_start",
                view.values(from, window.start()),
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
        Window window = windows.window("volume", view);
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
        Window window = windows.window("volume", view);
        return new Answers.Places(
                window,
                database.list(
                        "SELECT country, cell, posts FROM place_counts WHERE window_seconds = ? AND window_start = ?"
                                + " AND cell <> '(other)'"
                                + " ORDER BY posts DESC, country, cell LIMIT ? OFFSET ?",
                        List.<Object>of(view.windowSeconds(), window.start(), view.limit(), view.offset()),
                        row -> new Answers.Place(
                                row.getString("country"), row.getString("cell"), row.getLong("posts"))));
    }

    Answers.HashtagOverTime hashtag(String hashtag, View view, @Nullable Instant from, @Nullable Instant to)
            throws SQLException {
        Instant end = to == null ? windows.now().asOf().plusSeconds(1) : to;
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
}
