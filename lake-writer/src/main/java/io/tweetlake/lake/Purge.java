package io.tweetlake.lake;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.tweetlake.lake.HourFiles.StagedFile;
import io.tweetlake.lake.PurgeReports.Found;
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
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
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

    private static final int MAX_HOPS = 10;

    private final SparkSession spark;
    private final Tables tables;
    private final PurgeReports reports;

    /** The lake's tables as they are now: a version of silver may have come. */
    @FunctionalInterface
    interface Tables {
        List<LakeTable> open() throws IOException;
    }

    /** @param reports where it says what it did */
    Purge(Tables tables, SparkSession spark, PurgeReports reports) {
        this.spark = spark;
        this.tables = tables;
        this.reports = reports;
    }

    /**
     * Purges what can be purged now, and reports it. One that is cut short is done again as a whole by the next.
     *
     * @throws IOException if the file system failed
     */
    PurgeReport run() throws IOException {
        Instant began = Instant.now();
        long beganNanos = System.nanoTime();
        PurgeReport last = reports.last();
        List<LakeTable> all = tables.open();
        LakeTable notices = of(all, Topics.SILVER_NOTICES::equals).get(0);
        List<LakeTable> tweets = of(all, topic -> topic.valueType().equals(Topics.SILVER_TWEETS.valueType()));
        List<LakeTable> entities = of(all, topic -> topic.valueType().equals(Topics.SILVER_ENTITIES.valueType()));
        List<LakeTable> bronze = of(all, topic -> Silver.LIVE.bronzeTweets().contains(topic));
        Map<String, Long> looked = new TreeMap<>();
        for (LakeTable table : all) {
            table.ledger().catchUp();
            looked.put(table.topic().name(), table.ledger().state().number());
        }
        Dataset<Row> allNotices = read(notices, notices.ledger().state().files());
        Dataset<Row> newNotices = read(notices, since(notices, last));
        Named before = named(allNotices, Instant.EPOCH);
        Named fresh = named(newNotices, last.at());
        for (LakeTable table : tweets) {
            List<DataFile> young = since(table, last);
            look(read(table, young), allNotices, allNotices, before.ids(), began);
            look(read(table, before(table, young)), newNotices, allNotices, fresh.ids(), began);
        }
        Named ever = named(allNotices, Instant.EPOCH);
        Named now = named(newNotices, last.at());
        Map<String, PurgeReport.Table> purged = new TreeMap<>();
        for (LakeTable table : tweets) {
            purged.put(table.topic().name(), purge(table, last, ever, now, true));
        }
        for (LakeTable table : entities) {
            purged.put(table.topic().name(), purge(table, last, ever, now, false));
        }
        for (LakeTable table : bronze) {
            // Bronze is bytes, which hold the place as well.
            purged.put(table.topic().name(), purge(table, last, ever.bytes(), now.bytes(), false));
        }
        PurgeReport report = new PurgeReport(
                began, Duration.ofNanos(System.nanoTime() - beganNanos).toMillis(), newNotices.count(), purged, looked);
        reports.write(report);
        log.info("purged {} rows of {} files", report.rows(), report.files());
        return report;
    }

    /** Those that some notices name, and that purges after one have found. */
    private Named named(Dataset<Row> someNotices, Instant purge) throws IOException {
        return new Named(
                names(someNotices).union(reports.notedAfter(spark, Found.IDS, purge)),
                reports.notedAfter(spark, Found.SCRUBBED, purge));
    }

    /** Posts that go, and posts whose place goes. */
    private record Named(Dataset<Row> ids, Dataset<Row> scrubbed) {
        /** As it is for tables where a place cannot be taken out. */
        Named bytes() {
            return new Named(ids.union(scrubbed), scrubbed);
        }
    }

    private static List<LakeTable> of(Collection<LakeTable> tables, Predicate<Topic<?, ?>> wanted) {
        return tables.stream().filter(table -> wanted.test(table.topic())).toList();
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
        return files.stream().map(table.files()::path).map(NamedFiles::literal).toArray(String[]::new);
    }

    /** The ids of posts that must go. */
    private static Dataset<Row> names(Dataset<Row> someNotices) {
        return someNotices
                .where(col("kind").isin(Notice.DELETE, Notice.DROP, Notice.WITHHELD))
                .select(explode(array_compact(array(col("post_id"), col("native_id"))))
                        .as("id"));
    }

    /**
     * Accounts that some notices are about and that are not active by the last of all notices, and since when: one may
     * come back, or move, and what is said late may be old.
     */
    private static Dataset<Row> inactive(Dataset<Row> someNotices, Dataset<Row> allNotices) {
        Column at = coalesce(col("event_at"), col("observed_at"));
        Dataset<Row> about = someNotices
                .where(col("kind").equalTo(Notice.ACCOUNT))
                .select(col("source"), col("user_id"))
                .distinct();
        return allNotices
                .where(col("kind").equalTo(Notice.ACCOUNT).and(col("user_id").isNotNull()))
                .join(about, new String[] {"source", "user_id"}, "left_semi")
                .groupBy(col("source"), col("user_id"))
                .agg(max_by(
                                struct(coalesce(col("active"), lit(true)).as("active"), at.as("at")),
                                struct(at, col("observed_at"), col("kafka_partition"), col("kafka_offset")))
                        .as("state"))
                .where(not(col("state.active")))
                .select(col("source").as("of"), col("user_id"), col("state.at").as("at"));
    }

    private static Dataset<Row> withheld(Dataset<Row> someNotices) {
        return someNotices
                .where(col("kind")
                        .equalTo(Notice.WITHHELD)
                        .and(col("post_id").isNull())
                        .and(col("user_id").isNotNull()))
                .select(
                        col("source").as("of"),
                        col("user_id"),
                        coalesce(col("event_at"), col("observed_at")).as("at"));
    }

    /** Notes the posts among some tweets that some notices are about, and those that hang on them. */
    private void look(
            Dataset<Row> someTweets,
            Dataset<Row> someNotices,
            Dataset<Row> allNotices,
            Dataset<Row> names,
            Instant purge) {
        Dataset<Row> accounts = inactive(someNotices, allNotices).union(withheld(someNotices));
        Set<String> found = collect(someTweets
                .join(
                        accounts,
                        col("source")
                                .equalTo(col("of"))
                                .and(col("author_id").equalTo(col("user_id")))
                                .and(col("created_at").leq(col("at"))))
                .select(col("id")));
        // A version names the versions before it, and a repost may be reposted: one thing leads to another.
        Set<String> fresh = hangingOn(someTweets, names.union(PurgeReports.ids(spark, found)));
        for (int hop = 0; hop < MAX_HOPS && found.addAll(fresh); hop++) {
            fresh = hangingOn(someTweets, PurgeReports.ids(spark, fresh));
        }
        reports.note(spark, Found.IDS, purge, found);

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
        reports.note(spark, Found.SCRUBBED, purge, collect(located.select("id")));
    }

    /**
     * The named posts among some tweets by any of their ids, with all their versions, and the reposts of named ones.
     */
    private static Set<String> hangingOn(Dataset<Row> someTweets, Dataset<Row> names) {
        Column none = array().cast("array<string>");
        return collect(someTweets
                .select(
                        array_compact(concat(array(col("id"), col("native_id")), coalesce(col("edit_ids"), none)))
                                .as("own"),
                        explode(array_compact(concat(
                                        array(col("id"), col("native_id"), col("repost_of")),
                                        coalesce(col("edit_ids"), none))))
                                .as("name"))
                .join(names.distinct().withColumnRenamed("id", "name"), "name")
                .select(explode(col("own"))));
    }

    private static Set<String> collect(Dataset<Row> ids) {
        return ids.distinct().collectAsList().stream()
                .map(row -> row.getString(0))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Column isLocated(StructType schema) {
        Column located = lit(false);
        for (String name : schema.fieldNames()) {
            located = name.startsWith(GEO) ? located.or(col(name).isNotNull()) : located;
        }
        return located;
    }

    /** @param places whether the table has columns of the place, which are emptied */
    private PurgeReport.Table purge(LakeTable table, PurgeReport last, Named ever, Named now, boolean places)
            throws IOException {
        List<DataFile> young = since(table, last);
        List<DataFile> old = before(table, young);
        Map<String, Set<String>> going = held(table, young, ever.ids());
        going.putAll(held(table, old, now.ids()));
        Map<String, Set<String>> scrubbed = new HashMap<>();
        if (places) {
            Column located = isLocated(table.layout().schema());
            scrubbed.putAll(held(table, young, ever.scrubbed(), located));
            scrubbed.putAll(held(table, old, now.scrubbed(), located));
        }
        long rows = 0;
        long files = 0;
        for (DataFile file : table.ledger().state().files()) {
            String path = table.files().path(file).toUri().getPath();
            if (going.containsKey(path) || scrubbed.containsKey(path)) {
                rows += rewrite(table, file, going.getOrDefault(path, Set.of()), scrubbed.getOrDefault(path, Set.of()));
                files++;
            }
        }
        return new PurgeReport.Table(files, rows);
    }

    private static String key(LakeTable table) {
        return table.layout().schema().getFieldIndex("id").isDefined() ? "id" : "key";
    }

    private Map<String, Set<String>> held(LakeTable table, List<DataFile> files, Dataset<Row> ids) {
        return held(table, files, ids, lit(true));
    }

    /** Which of some posts each file holds, by the file's path. */
    private Map<String, Set<String>> held(LakeTable table, List<DataFile> files, Dataset<Row> ids, Column which) {
        Map<String, Set<String>> held = new HashMap<>();
        if (!files.isEmpty()) {
            read(table, files)
                    .where(which)
                    .select(col(key(table)).as("id"), input_file_name().as("file"))
                    .join(ids.distinct(), "id")
                    .distinct()
                    .collectAsList()
                    .forEach(row -> held.computeIfAbsent(TableFiles.pathOf(row.getString(1)), key -> new HashSet<>())
                            .add(row.getString(0)));
        }
        return held;
    }

    /**
     * Rewrites a file without some posts.
     *
     * @return how many rows are gone
     * @throws IOException if another process has rewritten the file meanwhile: the purge is then done again
     */
    private long rewrite(LakeTable table, DataFile file, Set<String> going, Set<String> scrubbed) throws IOException {
        String folder = table.files().begin("purge");
        try {
            return rewrite(table, file, going, scrubbed, folder);
        } finally {
            table.files().giveUp(folder);
        }
    }

    private long rewrite(LakeTable table, DataFile file, Set<String> going, Set<String> scrubbed, String folder)
            throws IOException {
        Dataset<Row> rows =
                spark.read().parquet(NamedFiles.literal(table.files().path(file)));
        TableLayout layout = table.layout().of(rows.schema());
        String key = key(table);
        Dataset<Row> left =
                rows.join(PurgeReports.ids(spark, going).withColumnRenamed("id", key), asSeq(key), "left_anti");
        if (!scrubbed.isEmpty()) {
            left = forgetPlaces(left, PurgeReports.ids(spark, scrubbed));
        }
        Dataset<Row> columns = left.selectExpr(quoted(rows.schema().fieldNames()));
        List<StagedFile> staged = new Rewrite(
                        layout, file.partition(), table.files().staging(folder).toString(), table.hadoop())
                .stage(columns);
        if (staged.size() > 1) {
            throw new IOException(file + " became " + staged);
        }
        LedgerEntry entry = table.ledger().commit(state -> after(table, state, file, staged, folder));
        table.files().discard(folder);
        if (entry == null) {
            throw new IOException("another process has rewritten " + file.path() + " of "
                    + table.topic().name());
        }
        return file.rows() - staged.stream().mapToLong(one -> one.file().rows()).sum();
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
        return Arrays.stream(names).map(name -> "`" + name + "`").toArray(String[]::new);
    }

    private static @Nullable LedgerEntry after(
            LakeTable table, LedgerState state, DataFile file, List<StagedFile> staged, String folder) {
        if (!state.files().contains(file)) {
            return null;
        }
        return LedgerEntry.rewritten(
                state.number() + 1,
                LedgerEntry.Kind.PURGE,
                staged.stream()
                        .map(rows -> table.rewritten(rows.file(), file.name(), state))
                        .toList(),
                staged.stream().map(rows -> folder + "/" + rows.staged()).toList(),
                // A plain table's file is replaced in one step.
                staged.isEmpty() || state.delta() ? List.of(file.path()) : List.of());
    }
}
