package io.tweetlake.sandbox.lake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.model.Keys;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Gold counted again from silver in the lake, by SQL ({@code gold-recount.sql}) that shares nothing with the topologies
 * but their definition.
 */
public final class GoldRecount {
    private GoldRecount() {}

    /**
     * What was found of a table.
     *
     * @param rows windows and keys that it has
     * @param recounted those that it should have
     * @param different those that one of the two lacks, or of which they say something else
     * @param example one of them, if any
     */
    public record Finding(String table, long rows, long recounted, long different, String example) {}

    /**
     * Counts again and compares every table that holds anything. It adds to what SQL knows: once a connection.
     *
     * @param grace as gold-aggregator had it
     */
    public static List<Finding> of(LakeSql sql, Duration grace) throws IOException, SQLException {
        List<Finding> findings = new ArrayList<>();
        for (String statement : statements(grace)) {
            String about = Topics.LAKE.stream()
                    .filter(topic -> statement.startsWith("-- " + new LakeTable(topic).sqlName() + "\n"))
                    .findFirst()
                    .map(Topic::name)
                    .orElse("");
            if (about.isEmpty()) {
                sql.execute(statement);
            } else {
                findings.add(compare(sql, Objects.requireNonNull(Topics.byName().get(about)), statement));
            }
        }
        return findings;
    }

    private static Finding compare(LakeSql sql, Topic<?, ?> gold, String statement) throws SQLException {
        String table = new LakeTable(gold).sqlName();
        if (!sql.knows(gold)) {
            boolean missing = gold.equals(Topics.GOLD_VOLUME) && sql.knows(Topics.SILVER_TWEETS);
            return new Finding(table, 0, 0, missing ? 1 : 0, missing ? "all: there are tweets and no row" : "");
        }
        List<Object> found = sql.query(statement).rows().get(0);
        return new Finding(
                table, count(found.get(0)), count(found.get(1)), count(found.get(2)), String.valueOf(found.get(3)));
    }

    private static long count(Object number) {
        return ((Number) number).longValue();
    }

    private static List<String> statements(Duration grace) throws IOException {
        try (InputStream script =
                Objects.requireNonNull(GoldRecount.class.getResourceAsStream("gold-recount.sql"), "the script")) {
            String text = new String(script.readAllBytes(), UTF_8)
                    .replace("${grace}", String.valueOf(grace.toMillis()))
                    .replace("${folded}", Keys.FOLDED)
                    .replace("${folds}", Keys.FOLDS);
            return List.of(text.split(";\n")).stream()
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .toList();
        }
    }
}
