package io.tweetlake.lake;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.tweetlake.lake.HourFiles.StagedFile;
import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.LedgerState;
import io.tweetlake.ledger.PurgeReport;
import io.tweetlake.model.Notice;
import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes out of the lake what its platform's notices say must go: see ADR 16. Only files that hold such a post are
 * rewritten, each replaced in one step. A notice may come before its post: files that are new since the last purge are
 * looked at for all notices there ever were, earlier ones for those that are new. One thread uses it.
 */
final class Purge {
    private static final Logger log = LoggerFactory.getLogger(Purge.class);
    private static final String GEO = "geo_";
    private static final StructType ID = new StructType().add("id", DataTypes.StringType);

    private final SparkSession spark;
    private final LakeTable notices;
    private final List<LakeTable> tweets;
    private final List<LakeTable> others;
    private final PurgeReports reports;

    /**
     * @param tables all tables of the lake
     * @param reports where it says what it did
     */
    Purge(Collection<LakeTable> tables, SparkSession spark, PurgeReports reports) {
        this.spark = spark;
        this.notices = tables.stream()
                .filter(table -> table.topic().equals(Topics.SILVER_NOTICES))
                .findFirst()
                .orElseThrow();
        this.tweets = of(tables, topic -> topic.valueType().equals(Topics.SILVER_TWEETS.valueType()));
        this.others = of(
                tables,
                topic -> topic.valueType().equals(Topics.SILVER_ENTITIES.valueType())
                        || Silver.LIVE.bronzeTweets().contains(topic));
        this.reports = reports;
    }

    private static List<LakeTable> of(Collection<LakeTable> tables, Predicate<Topic<String, ?>> wanted) {
        return tables.stream().filter(table -> wanted.test(table.topic())).toList();
    }

    /** Purges what can be purged now, and reports it. */
    PurgeReport run() throws IOException {
        Instant began = Instant.now();
        long beganNanos = System.nanoTime();
        PurgeReport last = reports.last();
        Map<String, Long> looked = new TreeMap<>();
        for (LakeTable table : all()) {
            table.ledger().catchUp();
            looked.put(table.topic().name(), table.ledger().state().number());
        }
        Dataset<Row> allNotices = read(notices, notices.ledger().state().files());
        Dataset<Row> newNotices = read(notices, since(notices, last));
        Found found = new Found(reports.ids(began), reports.scrubbed(began));
        for (LakeTable table : tweets) {
            List<DataFile> young = since(table, last);
            look(read(table, young), allNotices, found);
            look(read(table, before(table, young)), newNotices, found);
        }
        Dataset<Row> newIds = names(newNotices).union(reports.read(spark, found.ids, ID));
        Dataset<Row> allIds = names(allNotices).union(reports.readAllIds(spark, ID));
        Dataset<Row> newScrubbed = reports.read(spark, found.scrubbed, ID);
        Map<String, PurgeReport.Table> purged = new TreeMap<>();
        for (LakeTable table : tweets) {
            purged.put(table.topic().name(), purge(table, last, newIds, allIds, newScrubbed));
        }
        for (LakeTable table : others) {
            // Bronze is bytes, which hold the place as well.
            boolean bytes = Silver.LIVE.bronzeTweets().contains(table.topic());
            purged.put(
                    table.topic().name(),
                    purge(
                            table,
                            last,
                            bytes ? newIds.union(newScrubbed) : newIds,
                            bytes ? allIds.union(reports.readAllScrubbed(spark, ID)) : allIds,
                            null));
        }
        PurgeReport report = new PurgeReport(
                began, Duration.ofNanos(System.nanoTime() - beganNanos).toMillis(), newNotices.count(), purged, looked);
        reports.write(report);
        log.info("purged {} rows of {} files", report.rows(), report.files());
        return report;
    }

    private record Found(Path ids, Path scrubbed) {}

    private List<LakeTable> all() {
        List<LakeTable> all = new ArrayList<>(tweets);
        all.addAll(others);
        all.add(notices);
        return all;
    }

    private static List<DataFile> since(LakeTable table, PurgeReport last) {
        long number = last.looked().getOrDefault(table.topic().name(), 0L);
        return table.ledger().state().files().stream()
                .filter(file -> file.entry() > number)
                .toList();
    }

    private static List<DataFile> before(LakeTable table, List<DataFile> young) {
        Set<DataFile> isYoung = new HashSet<>(young);
        return table.ledger().state().files().stream()
                .filter(file -> !isYoung.contains(file))
                .toList();
    }

    private Dataset<Row> read(LakeTable table, List<DataFile> files) {
        StructType schema = table.layout().schema();
        return files.isEmpty()
                ? spark.createDataFrame(List.of(), schema)
                : spark.read().schema(schema).parquet(paths(table, files));
    }

    private static String[] paths(LakeTable table, List<DataFile> files) {
        return files.stream().map(table.files()::path).map(Path::toString).toArray(String[]::new);
    }

    /** The ids of posts that must go. */
    private static Dataset<Row> names(Dataset<Row> someNotices) {
        return someNotices
                .where(col("kind").isin(Notice.DELETE, Notice.DROP, Notice.WITHHELD))
                .select(explode(array_compact(array(col("post_id"), col("native_id"))))
                        .as("id"));
    }

    /** Adds the posts among some tweets that some notices are about. */
    private void look(Dataset<Row> someTweets, Dataset<Row> someNotices, Found found) {
        Dataset<Row> named = someTweets
                .select(
                        col("id"),
                        explode(array_compact(concat(
                                        array(col("id"), col("native_id"), col("repost_of")),
                                        coalesce(col("edit_ids"), array().cast("array<string>")))))
                                .as("name"))
                .join(names(someNotices).withColumnRenamed("id", "name"), "name");
        Column isAccount = col("kind")
                .equalTo(Notice.ACCOUNT)
                .and(not(coalesce(col("active"), lit(true))))
                .or(col("kind").equalTo(Notice.WITHHELD).and(col("post_id").isNull()));
        Dataset<Row> accounts = someNotices
                .where(isAccount.and(col("user_id").isNotNull()))
                .select(
                        col("source").as("of"),
                        col("user_id"),
                        coalesce(col("event_at"), col("observed_at")).as("at"));
        Dataset<Row> written = someTweets.join(
                accounts,
                col("source")
                        .equalTo(col("of"))
                        .and(col("author_id").equalTo(col("user_id")))
                        .and(col("created_at").leq(col("at"))));
        append(named.select("id").union(written.select("id")), found.ids);

        Dataset<Row> scrubs = someNotices
                .where(col("kind").equalTo(Notice.SCRUB_GEO).and(col("user_id").isNotNull()))
                .select(
                        col("source").as("of"),
                        col("user_id"),
                        col("up_to_post_id").as("last"));
        // Ids are numbers that exceed 2^53: a shorter one is a smaller one.
        Column isBefore = length(col("id"))
                .lt(length(col("last")))
                .or(length(col("id")).equalTo(length(col("last"))).and(col("id").leq(col("last"))))
                .or(col("last").isNull());
        Dataset<Row> located = someTweets
                .where(isLocated(someTweets.schema()))
                .join(
                        scrubs,
                        col("source")
                                .equalTo(col("of"))
                                .and(col("author_id").equalTo(col("user_id")))
                                .and(isBefore));
        append(located.select("id"), found.scrubbed);
    }

    private static Column isLocated(StructType schema) {
        Column located = lit(false);
        for (String name : schema.fieldNames()) {
            located = name.startsWith(GEO) ? located.or(col(name).isNotNull()) : located;
        }
        return located;
    }

    private static void append(Dataset<Row> ids, Path to) {
        ids.distinct().coalesce(1).write().mode("append").parquet(to.toString());
    }

    private PurgeReport.Table purge(
            LakeTable table,
            PurgeReport last,
            Dataset<Row> newIds,
            Dataset<Row> allIds,
            @Nullable Dataset<Row> scrubbed)
            throws IOException {
        List<DataFile> young = since(table, last);
        Set<String> affected = new HashSet<>(holding(table, young, allIds));
        affected.addAll(holding(table, before(table, young), newIds));
        if (scrubbed != null) {
            affected.addAll(holding(table, table.ledger().state().files(), scrubbed));
        }
        long rows = 0;
        long files = 0;
        for (DataFile file : table.ledger().state().files()) {
            if (affected.contains(table.files().path(file).toUri().getPath())) {
                Dataset<Row> ids = young.contains(file) ? allIds : newIds;
                Long removed = rewrite(table, file, ids, scrubbed);
                files += removed == null ? 0 : 1;
                rows += removed == null ? 0 : removed;
            }
        }
        return new PurgeReport.Table(files, rows);
    }

    private static String key(LakeTable table) {
        return table.layout().schema().getFieldIndex("id").isDefined() ? "id" : "key";
    }

    /** The files that hold any of some posts. */
    private Set<String> holding(LakeTable table, List<DataFile> files, Dataset<Row> ids) {
        if (files.isEmpty()) {
            return Set.of();
        }
        return read(table, files)
                .select(col(key(table)).as("id"), input_file_name().as("file"))
                .join(broadcast(ids.distinct()), "id")
                .select("file")
                .distinct()
                .collectAsList()
                .stream()
                .map(row -> new Path(row.getString(0)).toUri().getPath())
                .collect(Collectors.toSet());
    }

    /** The number of rows that are gone; null if another process has rewritten the file meanwhile. */
    private @Nullable Long rewrite(LakeTable table, DataFile file, Dataset<Row> ids, @Nullable Dataset<Row> scrubbed)
            throws IOException {
        String folder = "purge-" + UUID.randomUUID();
        Dataset<Row> rows = spark.read().parquet(table.files().path(file).toString());
        TableLayout layout = table.layout().of(rows.schema());
        String key = key(table);
        Dataset<Row> left = rows.join(ids.distinct().withColumnRenamed("id", key), asSeq(key), "left_anti");
        if (scrubbed != null) {
            left = forgetPlaces(left, scrubbed);
        }
        Dataset<Row> inOrder = left.selectExpr(quoted(rows.schema().fieldNames()));
        List<StagedFile> staged =
                new Rewrite(layout, table.files().staging(folder).toString(), table.hadoop()).stage(inOrder);
        LedgerEntry entry = table.ledger().commit(state -> after(state, file, staged, folder));
        table.files().discard(folder);
        long kept = staged.stream().mapToLong(one -> one.file().rows()).sum();
        return entry == null ? null : file.rows() - kept;
    }

    private static Dataset<Row> forgetPlaces(Dataset<Row> rows, Dataset<Row> scrubbed) {
        Dataset<Row> marked =
                rows.join(scrubbed.distinct().withColumn("is_scrubbed", lit(true)), asSeq("id"), "left_outer");
        Map<String, Column> places = new HashMap<>();
        for (String name : rows.schema().fieldNames()) {
            if (name.startsWith(GEO)) {
                places.put(name, when(col("is_scrubbed").isNull(), col(name)));
            }
        }
        return marked.withColumns(places);
    }

    private static scala.collection.immutable.Seq<String> asSeq(String column) {
        return scala.jdk.javaapi.CollectionConverters.asScala(List.of(column)).toSeq();
    }

    private static String[] quoted(String[] names) {
        return java.util.Arrays.stream(names).map(name -> "`" + name + "`").toArray(String[]::new);
    }

    private static @Nullable LedgerEntry after(
            LedgerState state, DataFile file, List<StagedFile> staged, String folder) {
        if (!state.files().contains(file)) {
            return null;
        }
        long number = state.number() + 1;
        if (staged.isEmpty()) {
            return LedgerEntry.rewritten(number, LedgerEntry.Kind.PURGE, List.of(), List.of(), List.of(file.path()));
        }
        // Under its old name: a rename over it replaces it in one step.
        DataFile purged = staged.get(0).file().as(file.name());
        return LedgerEntry.rewritten(
                number,
                LedgerEntry.Kind.PURGE,
                List.of(purged),
                List.of(folder + "/" + staged.get(0).staged()),
                List.of());
    }
}
