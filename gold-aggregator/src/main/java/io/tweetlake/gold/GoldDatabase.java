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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
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
     * What was read of a partition.
     *
     * @param from where it is in the tables; null if it is not there yet
     * @param until the next offset
     */
    record Progress(@Nullable Long from, long until) {}

    /** A partition is in the tables up to another offset than was said: nothing was written. */
    static final class MovedException extends Exception {
        private static final long serialVersionUID = 1L;

        MovedException(TopicPartition partition, Progress progress) {
            super("%s is not at offset %s in Postgres".formatted(partition, progress.from()));
        }
    }

    /** How far each partition is in the tables. */
    Map<TopicPartition, Long> positions() throws SQLException {
        Connection current = connection();
        Map<TopicPartition, Long> positions = new HashMap<>();
        try (Statement statement = current.createStatement();
                ResultSet rows = statement.executeQuery("SELECT topic, kafka_partition, next_offset FROM positions")) {
            while (rows.next()) {
                positions.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
            }
        } finally {
            current.rollback();
        }
        return positions;
    }

    /** Whether the database refuses a row for what is in it: its values, not the state of the server. */
    boolean refuses(Row row) throws SQLException {
        Connection current = connection();
        try (PreparedStatement upsert = current.prepareStatement(row.table().upsert())) {
            fill(upsert, row);
            upsert.execute();
            return false;
        } catch (SQLException e) {
            if (isAboutARow(e)) {
                return true;
            }
            throw e;
        } finally {
            current.rollback();
        }
    }

    /** Data exceptions, violated constraints and exceeded limits, by the class of the SQL state. */
    static boolean isAboutARow(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"));
    }

    /**
     * Writes rows and how far they bring the tables, all or none.
     *
     * @param rows of which no two have the same key
     * @param asOf how far event time has come; null before the first post
     * @param read what they were read from
     * @throws MovedException if a partition is elsewhere: another member has written it, or an earlier state was
     *     restored
     */
    void write(Collection<Row> rows, @Nullable Instant asOf, Map<TopicPartition, Progress> read)
            throws SQLException, MovedException {
        Connection current = connection();
        // First: who writes the same partition waits here until this is decided.
        for (Map.Entry<TopicPartition, Progress> partition : read.entrySet()) {
            if (!moved(current, partition.getKey(), partition.getValue())) {
                current.rollback();
                throw new MovedException(partition.getKey(), partition.getValue());
            }
        }
        Map<Table, List<Row>> byTable = rows.stream().collect(Collectors.groupingBy(Row::table));
        for (Map.Entry<Table, List<Row>> table : byTable.entrySet()) {
            try (PreparedStatement upsert =
                    current.prepareStatement(table.getKey().upsert())) {
                for (Row row : table.getValue()) {
                    fill(upsert, row);
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

    private static void fill(PreparedStatement upsert, Row row) throws SQLException {
        int place = 1;
        for (Object value : row.values()) {
            upsert.setObject(place++, value);
        }
    }

    private static boolean moved(Connection current, TopicPartition partition, Progress progress) throws SQLException {
        String statement = progress.from() == null
                ? "INSERT INTO positions (next_offset, topic, kafka_partition) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
                : "UPDATE positions SET next_offset = ? WHERE topic = ? AND kafka_partition = ? AND next_offset = ?";
        try (PreparedStatement move = current.prepareStatement(statement)) {
            move.setLong(1, progress.until());
            move.setString(2, partition.topic());
            move.setInt(3, partition.partition());
            if (progress.from() != null) {
                move.setLong(4, progress.from());
            }
            return move.executeUpdate() == 1;
        }
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
