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
    @Meaning("lake root, any Hadoop file system URI")
    @WithDefault("hdfs://localhost:9000/lake")
    URI root();

    @Meaning("time between micro-batches; it decides how many files there are")
    @WithDefault("10s")
    Duration trigger();

    @Meaning("most records of a topic in one micro-batch")
    @WithDefault("200000")
    long maxRecordsPerBatch();

    @Meaning("write the silver topics of this version alone, such as `v2`, beside the lake-writer of the live ones")
    Optional<String> version();

    @Meaning("Spark master when not started by `spark-submit`")
    @WithDefault("local[2]")
    String master();

    @Meaning("any key of Hadoop's client, such as `lake.hadoop.dfs.replication`")
    Map<String, String> hadoop();
}
