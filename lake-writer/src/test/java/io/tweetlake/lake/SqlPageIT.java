package io.tweetlake.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.spark.sql.classic.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/sql.md} says works, and three readers count the same. */
class SqlPageIT {
    private static final Path PAGE = Path.of("../docs/sql.md");

    @TempDir
    private Path lake;

    @Test
    void thePageHasTheTablesAsTheyAre() throws Exception {
        String page = Files.readString(PAGE);
        for (Topic<?, ?> topic : Topics.LAKE) {
            assertThat(page).contains(statement(topic));
        }
    }

    @Test
    void sparkDuckDbAndABareReaderCountTheSame() throws Exception {
        try (SparkSession spark = KafkaRows.spark()) {
            SampleLake.write(lake, spark);
            for (String stage : List.of("bronze", "silver", "gold")) {
                spark.sql("CREATE DATABASE " + stage + " LOCATION '"
                        + lake.resolve("_spark/" + stage).toUri() + "'");
            }
            for (String statement : statements()) {
                spark.sql(statement.replace("'/lake/", "'" + lake.toUri()));
            }
            spark.sql("MSCK REPAIR TABLE bronze.tweets_ai");
            spark.sql("MSCK REPAIR TABLE gold.hashtag_counts");
            assertThat(spark.sql("SELECT count(*), count(DISTINCT `offset`) FROM bronze.tweets_ai")
                            .collectAsList())
                    .hasToString("[[50,50]]");
            assertThat(spark.sql("SELECT sum(mentions) FROM gold.hashtag_counts WHERE date = '2026-01-01'")
                            .collectAsList())
                    .hasToString("[[5]]");
        }
        assertThat(duckDb("bronze")).isEqualTo(50);
        assertThat(bare("bronze")).isEqualTo(50);
        assertThat(duckDb("gold")).isEqualTo(2);
        assertThat(bare("gold")).isEqualTo(2);
    }

    private long duckDb(String stage) throws Exception {
        return Long.parseLong(
                LocalLake.query("select count(*) from read_parquet('" + lake + "/" + stage + "/**/*.parquet')")
                        .get(0));
    }

    private long bare(String stage) throws Exception {
        long rows = 0;
        try (Stream<Path> files = Files.walk(lake.resolve(stage))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
                try (ParquetReader<Group> reader = ParquetReader.builder(
                                new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
                        .withConf(new Configuration())
                        .build()) {
                    while (reader.read() != null) {
                        rows++;
                    }
                }
            }
        }
        return rows;
    }

    private static List<String> statements() throws Exception {
        return Pattern.compile("```sql\n(.*?);\n```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String statement(Topic<?, ?> topic) {
        String name = topic.name()
                .replaceFirst("\\.", "/")
                .replace('.', '_')
                .replace('-', '_')
                .replace('/', '.');
        String columns = Stream.of(TableLayout.of(topic).schema().fields())
                // Hive takes names within a column only so: some are words of its own.
                .map(field ->
                        "  `" + field.name() + "` " + field.dataType().sql().replaceAll("(\\w+): ", "`$1`: "))
                .collect(Collectors.joining(",\n"));
        return "CREATE TABLE %s (\n%s,\n  `date` STRING,\n  `hour` STRING)\nUSING parquet PARTITIONED BY (`date`, `hour`) LOCATION '/lake/%s';\n"
                .formatted(name, columns, topic.lakePath());
    }
}
