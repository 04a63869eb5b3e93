package io.tweetlake.sandbox.lake;

import io.tweetlake.ledger.CompleteHour;
import io.tweetlake.sandbox.lake.LakeFiles.DataFile;
import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * SQL over the lake by DuckDB, which knows nothing of Spark. DuckDB reads local files only, so the published files of
 * any other file system are first copied to a cache folder, each once.
 */
public final class LakeSql implements AutoCloseable {
    private final Connection connection;
    private final List<String> empty = new ArrayList<>();

    private LakeSql(Connection connection) {
        this.connection = connection;
    }

    /** Opens all tables that hold anything, as they stand now. */
    public static LakeSql open(LakeFiles lake, Path cache) throws IOException, SQLException {
        LakeSql sql = new LakeSql(connect());
        sql.execute("SET TimeZone = 'UTC'");
        for (Topic<?, ?> topic : lake.topics()) {
            LakeTable table = new LakeTable(topic);
            List<Path> files = local(lake, topic, cache);
            sql.execute("CREATE SCHEMA IF NOT EXISTS " + table.stage());
            if (files.isEmpty()) {
                sql.empty.add(table.sqlName());
            } else {
                sql.execute(view(table, files));
            }
        }
        return sql;
    }

    /** Whether a topic's table holds anything. */
    boolean knows(Topic<?, ?> topic) {
        return !empty.contains(new LakeTable(topic).sqlName());
    }

    /**
     * Makes {@code complete_hours('silver.tweets')} a table: the hours that are complete, as their {@code _SUCCESS}
     * says.
     */
    public void addCompleteHours(LakeFiles lake) throws IOException, SQLException {
        execute("CREATE TABLE complete_hours_of (of VARCHAR, date DATE, hour INTEGER, row_count BIGINT,"
                + " offsets MAP(INTEGER, STRUCT(\"from\" BIGINT, until BIGINT)), marked_at TIMESTAMPTZ)");
        for (Topic<?, ?> topic : lake.topics()) {
            for (CompleteHour hour : lake.ledgers().state(topic).complete()) {
                String offsets = hour.offsets().entrySet().stream()
                        .map(range -> "%d: {'from': %d, 'until': %d}"
                                .formatted(
                                        range.getKey(),
                                        range.getValue().from(),
                                        range.getValue().until()))
                        .collect(Collectors.joining(", "));
                execute("INSERT INTO complete_hours_of VALUES ('%s', '%s', %s, %d, MAP {%s}, '%s')"
                        .formatted(
                                new LakeTable(topic).sqlName(),
                                hour.partition()
                                        .substring(
                                                "date=".length(),
                                                hour.partition().indexOf('/')),
                                hour.partition().substring(hour.partition().lastIndexOf('=') + 1),
                                hour.rows(),
                                offsets,
                                hour.at()));
            }
        }
        execute("CREATE MACRO complete_hours(t) AS TABLE"
                + " SELECT * EXCLUDE (of) FROM complete_hours_of WHERE of = t ORDER BY date, hour");
    }

    /** Tables that hold nothing yet; SQL does not know them. */
    public List<String> emptyTables() {
        return List.copyOf(empty);
    }

    /**
     * Runs one statement.
     *
     * @return the column names, then the rows; SQL's null is a null
     */
    public Result query(String statement) throws SQLException {
        try (Statement prepared = connection.createStatement();
                ResultSet results = prepared.executeQuery(statement)) {
            int width = results.getMetaData().getColumnCount();
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= width; i++) {
                columns.add(results.getMetaData().getColumnLabel(i));
            }
            List<List<Object>> rows = new ArrayList<>();
            while (results.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= width; i++) {
                    row.add(plain(results.getObject(i)));
                }
                rows.add(row);
            }
            return new Result(columns, rows);
        }
    }

    /** What is done with each row of a statement. */
    @FunctionalInterface
    public interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    /** Runs one statement and reads its rows one by one: there may be more than fit into memory. */
    public void forEach(String statement, RowReader reader) throws SQLException {
        try (Statement prepared = connection.createStatement();
                ResultSet results = prepared.executeQuery(statement)) {
            while (results.next()) {
                reader.read(results);
            }
        }
    }

    private static Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        return DriverManager.getConnection("jdbc:duckdb:", properties);
    }

    /** DuckDB's own types as Java's: a list for a list, text for a time. */
    private static @Nullable Object plain(@Nullable Object value) throws SQLException {
        if (value instanceof Array array) {
            List<Object> items = new ArrayList<>();
            for (Object item : (Object[]) array.getArray()) {
                items.add(plain(item));
            }
            return items;
        }
        if (value instanceof Timestamp time) {
            return time.toLocalDateTime() + "Z";
        }
        return value instanceof OffsetDateTime time ? time.toInstant().toString() : value;
    }

    /** What a statement gives. */
    public record Result(List<String> columns, List<List<Object>> rows) {}

    private static String view(LakeTable table, List<Path> files) {
        String list = files.stream()
                .map(file -> "'" + literal(file.toString()).replace("'", "''") + "'")
                .collect(Collectors.joining(", "));
        return "CREATE VIEW %s AS SELECT * FROM read_parquet([%s], hive_partitioning = true, union_by_name = true)"
                .formatted(table.sqlName(), list);
    }

    /** DuckDB takes a name for a pattern: a character in brackets is that character. */
    private static String literal(String name) {
        return name.replaceAll("[\\[*?]", "[$0]");
    }

    private static List<Path> local(LakeFiles lake, Topic<?, ?> topic, Path cache) throws IOException {
        List<DataFile> published = lake.of(topic);
        if (lake.isLocal()) {
            return published.stream()
                    .map(file -> Path.of(file.path().toUri().getPath()))
                    .toList();
        }
        Path folder = cache.resolve(topic.lakePath());
        List<Path> copies = new ArrayList<>();
        for (DataFile file : published) {
            Path copy = folder.resolve(file.partition()).resolve(file.path().getName());
            if (!isCopyOf(copy, file)) {
                Files.createDirectories(copy.getParent());
                lake.copy(file, copy);
                Files.setLastModifiedTime(copy, FileTime.fromMillis(file.modified()));
            }
            copies.add(copy);
        }
        deleteOthers(folder, new HashSet<>(copies));
        return copies;
    }

    private static boolean isCopyOf(Path copy, DataFile file) throws IOException {
        return Files.exists(copy)
                && Files.size(copy) == file.bytes()
                && Files.getLastModifiedTime(copy).toMillis() == file.modified();
    }

    private static void deleteOthers(Path folder, Set<Path> kept) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile)
                    .filter(path -> !kept.contains(path))
                    .toList()) {
                Files.delete(path);
            }
        }
    }

    void execute(String statement) throws SQLException {
        try (Statement prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
