package io.tweetlake.lake;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * What the benchmark of the files' format runs as a process of its own: rows of a lake's tables are written anew with
 * other codecs, levels, row groups and pages, in turns, and read by DuckDB. Prints a line for each way, of its best
 * turn. Arguments: a local lake, a folder to write to, rows of each file.
 */
final class FormatBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int TURNS = 3;
    private static final int MB = 1 << 20;

    private static final List<Way> WAYS = List.of(
            new Way("snappy", CompressionCodecName.SNAPPY, 0, 128, MB),
            new Way("zstd 1", CompressionCodecName.ZSTD, 1, 128, MB),
            new Way("zstd 3", CompressionCodecName.ZSTD, 3, 128, MB),
            new Way("zstd 5", CompressionCodecName.ZSTD, 5, 128, MB),
            new Way("zstd 9", CompressionCodecName.ZSTD, 9, 128, MB),
            new Way("zstd 3, row groups of 16 MB", CompressionCodecName.ZSTD, 3, 16, MB),
            new Way("zstd 3, row groups of 32 MB", CompressionCodecName.ZSTD, 3, 32, MB),
            new Way("zstd 3, pages of 256 KB", CompressionCodecName.ZSTD, 3, 128, MB / 4),
            new Way("zstd 3, pages of 4 MB", CompressionCodecName.ZSTD, 3, 128, 4 * MB));

    private final java.nio.file.Path file;
    private final List<InternalRow> some;
    private final StructType schema;
    private final int rows;

    private record Way(String name, CompressionCodecName codec, int level, long rowGroupMegabytes, int pageBytes) {}

    /** Microseconds of processor a row written, bytes a row, milliseconds to read a column of many bytes and of few. */
    private record Cost(double write, double bytes, double much, double little) {
        Cost best(Cost other) {
            return new Cost(
                    Math.min(write, other.write), bytes, Math.min(much, other.much), Math.min(little, other.little));
        }
    }

    private FormatBenchmark(java.nio.file.Path file, Dataset<Row> some, int rows) {
        this.file = file;
        this.some =
                some.queryExecution().toRdd().toJavaRDD().map(InternalRow::copy).collect();
        this.schema = some.schema();
        this.rows = rows;
    }

    public static void main(String[] arguments) throws Exception {
        int rows = Integer.parseInt(arguments[2]);
        try (SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .getOrCreate()) {
            for (String table : List.of("bronze/tweets", "silver/tweets")) {
                Dataset<Row> some = spark.read()
                        .option("recursiveFileLookup", true)
                        .parquet(arguments[0] + "/" + table)
                        .limit(rows);
                new FormatBenchmark(java.nio.file.Path.of(arguments[1], "file.parquet"), some, rows).run(table);
            }
        }
    }

    private void run(String table) throws IOException, SQLException {
        boolean isBronze = table.startsWith("bronze");
        String much = isBronze ? "sum(octet_length(value))" : "sum(length(text))";
        String little = isBronze ? "max(\"timestamp\")" : "max(created_at)";
        List<Cost> costs = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            for (int i = 0; i < WAYS.size(); i++) {
                Cost cost = new Cost(write(WAYS.get(i)), (double) Files.size(file) / rows, read(much), read(little));
                if (turn == 0) {
                    costs.add(cost);
                } else {
                    costs.set(i, costs.get(i).best(cost));
                }
            }
        }
        for (int i = 0; i < WAYS.size(); i++) {
            Cost cost = costs.get(i);
            System.out.printf(
                    "%-14s %-28s %5.1f µs  %,6.0f bytes a row, read %4.0f and %3.0f ms%n",
                    table, WAYS.get(i).name(), cost.write(), cost.bytes(), cost.much(), cost.little());
        }
    }

    private double write(Way way) throws IOException {
        Configuration hadoop = new Configuration();
        hadoop.setInt("parquet.compression.codec.zstd.level", way.level());
        long before = THREADS.getCurrentThreadCpuTime();
        try (ParquetWriter<InternalRow> writer = ParquetFiles.builder(new Path(file.toUri()), schema, hadoop)
                .withCompressionCodec(way.codec())
                .withRowGroupSize(way.rowGroupMegabytes() * MB)
                .withPageSize(way.pageBytes())
                .build()) {
            for (int i = 0; i < rows; i++) {
                writer.write(some.get(i % some.size()));
            }
        }
        return (THREADS.getCurrentThreadCpuTime() - before) / 1e3 / rows;
    }

    /** Milliseconds. */
    private double read(String column) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("set threads = 1");
            long began = System.nanoTime();
            statement.execute("select " + column + " from '" + file + "'");
            return (System.nanoTime() - began) / 1e6;
        }
    }
}
