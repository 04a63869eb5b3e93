package io.tweetlake.serving;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Reads Postgres with parameterised statements alone. Thread-safe. */
final class Database implements AutoCloseable {
    private static final int CONNECTIONS = 6;
    private static final long WAIT_MILLIS = 2_000;

    private final HikariDataSource pool;

    Database(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setPoolName("postgres");
        config.setReadOnly(true);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(WAIT_MILLIS);
        // Postgres may come later, and go.
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", "serving-api");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("socketTimeout", "15");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        // Plans are made for the values asked for: one for any value takes twice as long to read a window.
        config.addDataSourceProperty("prepareThreshold", "0");
        config.addDataSourceProperty("options", "-c statement_timeout=5000");
        pool = new HikariDataSource(config);
    }

    /** What is made of a row. */
    @FunctionalInterface
    interface Mapping<T> {
        T of(ResultSet row) throws SQLException;
    }

    /** A connection that is not taken from the pool for long. */
    Connection connection() throws SQLException {
        return pool.getConnection();
    }

    <T> List<T> list(String statement, List<?> values, Mapping<T> mapping) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            int place = 1;
            for (Object value : values) {
                if (value instanceof Instant time) {
                    prepared.setObject(place++, time.atOffset(ZoneOffset.UTC));
                } else if (value instanceof List<?> texts) {
                    prepared.setArray(place++, connection.createArrayOf("text", texts.toArray()));
                } else {
                    prepared.setObject(place++, value);
                }
            }
            try (ResultSet rows = prepared.executeQuery()) {
                List<T> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(mapping.of(rows));
                }
                return all;
            }
        }
    }

    /** A column that is never null. */
    static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    @Override
    public void close() {
        pool.close();
    }
}
