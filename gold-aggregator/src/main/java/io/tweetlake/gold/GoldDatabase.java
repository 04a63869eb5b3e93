package io.tweetlake.gold;

import io.tweetlake.gold.GoldTables.Row;
import io.tweetlake.gold.GoldTables.Table;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/** Gold in Postgres. It connects when it is first used, and again after a failure. One thread uses it. */
final class GoldDatabase implements AutoCloseable {
    /** Listeners of this channel hear of every commit; the payload is the event time that it reached, ISO 8601. */
    static final String CHANNEL = "gold";

    private final String url;
    private final Properties login = new Properties();
    private final Duration grace;
    private @Nullable Connection connection;

    /** @param grace how far behind the newest post one may be and still change a window */
    GoldDatabase(String url, String user, String password, Duration grace) {
        this.url = url;
        this.grace = grace;
        login.setProperty("user", user);
        login.setProperty("password", password);
        login.setProperty("ApplicationName", "gold-aggregator");
        // One statement of many rows in place of many statements.
        login.setProperty("reWriteBatchedInserts", "true");
        login.setProperty("connectTimeout", "5");
        login.setProperty("socketTimeout", "60");
    }

    /** Brings the schema up to date. */
    void migrate() {
        Flyway.configure()
                // An index of a month of windows is not made in a minute.
                .dataSource(
                        url + (url.contains("?") ? "&" : "?") + "connectTimeout=5&socketTimeout=1800",
                        login.getProperty("user"),
                        login.getProperty("password"))
                .load()
                .migrate();
    }

    /** How far event time has come in it, if it has come anywhere. */
    @Nullable
    Instant asOf() throws SQLException {
        Connection current = connection();
        try (Statement statement = current.createStatement();
                ResultSet rows = statement.executeQuery("SELECT as_of FROM progress")) {
            return rows.next() ? rows.getObject(1, OffsetDateTime.class).toInstant() : null;
        } finally {
            // No transaction stays open over the time until the next write.
            current.rollback();
        }
    }

    /**
     * Writes rows, all or none. Repeating it changes nothing.
     *
     * @param rows of which no two have the same key
     * @param asOf how far event time has come; null before the first post
     */
    void write(Collection<Row> rows, @Nullable Instant asOf) throws SQLException {
        Connection current = connection();
        Map<Table, List<Row>> byTable = rows.stream().collect(Collectors.groupingBy(Row::table));
        for (Map.Entry<Table, List<Row>> table : byTable.entrySet()) {
            try (PreparedStatement upsert =
                    current.prepareStatement(table.getKey().upsert())) {
                for (Row row : table.getValue()) {
                    int place = 1;
                    for (Object value : row.values()) {
                        upsert.setObject(place++, value);
                    }
                    upsert.addBatch();
                }
                upsert.executeBatch();
            }
        }
        if (asOf != null) {
            advance(current, asOf);
        }
        current.commit();
    }

    private void advance(Connection current, Instant asOf) throws SQLException {
        try (PreparedStatement progress =
                current.prepareStatement("INSERT INTO progress (as_of, grace_seconds) VALUES (?, ?)"
                        + " ON CONFLICT (only_row) DO UPDATE SET as_of = greatest(progress.as_of, excluded.as_of),"
                        + " grace_seconds = excluded.grace_seconds")) {
            progress.setObject(1, asOf.atOffset(ZoneOffset.UTC));
            progress.setLong(2, grace.toSeconds());
            progress.execute();
        }
        try (PreparedStatement notify = current.prepareStatement("SELECT pg_notify(?, ?)")) {
            notify.setString(1, CHANNEL);
            notify.setString(2, asOf.toString());
            notify.execute();
        }
    }

    /** Deletes windows and intervals that ended before this; returns how many rows went. */
    long deleteBefore(Instant oldest) throws SQLException {
        Connection current = connection();
        long deleted = 0;
        for (Table table : GoldTables.WINDOWED) {
            for (int seconds : sizes(current, table)) {
                // By the index, which begins with the size.
                deleted += delete(
                        current,
                        "DELETE FROM " + table.name() + " WHERE window_seconds = " + seconds + " AND window_start < ?",
                        oldest.minusSeconds(seconds));
            }
            current.commit();
        }
        deleted += delete(current, "DELETE FROM stream_intervals WHERE ended_at < ?", oldest);
        current.commit();
        return deleted;
    }

    /** The sizes of a table's windows, from one to the next by the index. */
    private static List<Integer> sizes(Connection connection, Table table) throws SQLException {
        List<Integer> sizes = new ArrayList<>();
        try (PreparedStatement next = connection.prepareStatement(
                "SELECT min(window_seconds) FROM " + table.name() + " WHERE window_seconds > ?")) {
            for (int size = 0; ; ) {
                next.setInt(1, size);
                try (ResultSet row = next.executeQuery()) {
                    row.next();
                    size = row.getInt(1);
                    if (row.wasNull()) {
                        return sizes;
                    }
                    sizes.add(size);
                }
            }
        }
    }

    private static int delete(Connection connection, String statement, Instant oldest) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(statement)) {
            delete.setObject(1, oldest.atOffset(ZoneOffset.UTC));
            return delete.executeUpdate();
        }
    }

    private Connection connection() throws SQLException {
        Connection current = connection;
        if (current == null) {
            current = DriverManager.getConnection(url, login);
            current.setAutoCommit(false);
            connection = current;
        }
        return current;
    }

    /** Gives the connection up; what was not committed is undone by the server. */
    void disconnect() {
        Connection current = connection;
        connection = null;
        try {
            if (current != null) {
                current.close();
            }
        } catch (SQLException e) {
            // It is broken already: that is why it is given up.
        }
    }

    @Override
    public void close() {
        disconnect();
    }
}
