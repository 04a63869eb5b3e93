package io.tweetlake.lake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A lake in a local folder, as those see it who know nothing of Spark or of the ledger. */
final class LocalLake {
    private LocalLake() {}

    /** The first column of what DuckDB answers. */
    static List<String> query(String sql) throws Exception {
        List<String> found = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var results = statement.executeQuery(sql)) {
            while (results.next()) {
                found.add(results.getString(1));
            }
        }
        return found;
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
