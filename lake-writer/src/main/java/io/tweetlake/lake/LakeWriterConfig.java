package io.tweetlake.lake;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tweetlake.runtime.config.Meaning;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The settings of lake-writer. */
@ConfigMapping(prefix = "lake")
public interface LakeWriterConfig {
    /** What a process does. */
    enum Task {
        WRITE,
        COMPACT,
        PURGE
    }

    /** What says which files are in a table, for those who read it. */
    enum Format {
        PARQUET,
        DELTA
    }

    @Meaning(
            "`write` runs until it is stopped; `compact` and `purge` do that once, beside the one that writes, and end")
    @WithDefault("write")
    Task task();

    @Meaning("lake root, any Hadoop file system URI")
    @WithDefault("hdfs://localhost:9000/lake")
    URI root();

    @Meaning(
            "`parquet` is read as the files that are there; `delta` adds a Delta log, makes Delta tables of those that are there, and they stay it")
    @WithDefault("parquet")
    Format format();

    @Meaning("time between micro-batches; it decides how many files there are")
    @WithDefault("10s")
    Duration trigger();

    @Meaning("time between the merges of a table that holds the last record of each key")
    @WithDefault("1m")
    Duration mergeTrigger();

    @Meaning("most records of a topic in one micro-batch")
    @WithDefault("200000")
    long maxRecordsPerBatch();

    @Meaning("write the silver topics of this version alone, such as `v2`, beside the lake-writer of the live ones")
    Optional<String> version();

    @Meaning("how long after its end an hour still waits for late rows: then it is marked complete and compacted")
    @WithDefault("10m")
    Duration lateness();

    @Meaning(
            "how long before its arrival a post may have been written and still lie in its hour in silver; an older one lies in the first hour of its month, because authors may choose the time. An archive wants more, such as `36500d`")
    @WithDefault("7d")
    Duration hoursWithin();

    @Meaning("how long after its notice a post is gone from the lake at the latest; a purge is run twice in that time")
    @WithDefault("24h")
    Duration purgeWithin();

    @Meaning("not ready once a query has given no sign of life for so long")
    @WithDefault("5m")
    Duration stallAfter();

    @Meaning("go on if the broker has deleted records before they were read; the ledger then says which")
    @WithDefault("false")
    boolean acceptLoss();

    @Meaning("Spark master when not started by `spark-submit`")
    @WithDefault("local[2]")
    String master();

    @Meaning("any key of Hadoop's client, such as `lake.hadoop.dfs.replication`")
    Map<String, String> hadoop();
}
