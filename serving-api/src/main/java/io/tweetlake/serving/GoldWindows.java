package io.tweetlake.serving;

import io.tweetlake.serving.Answers.Window;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Which windows gold has in Postgres, and how far event time has come. Thread-safe. */
final class GoldWindows {
    private static final int JUST_BEGUN = 100;

    private final Database database;

    GoldWindows(Database database) {
        this.database = database;
    }

    /** How far event time has come, and how far behind it posts still count. */
    record Progress(Instant asOf, Duration grace) {}

    Answers.Windows all() throws SQLException {
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

    /** The starts of the windows before this one in which there was any post, newest first. */
    List<Instant> earlier(Window window, int count) throws SQLException {
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
    Window window(String table, View view) throws SQLException {
        Progress progress = now();
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
    Duration step(String table, View view) throws SQLException {
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

    Progress now() throws SQLException {
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
