package io.tweetlake.sandbox;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which lake a command is about. */
final class WhichLake {
    @Option(
            names = "--workdir",
            paramLabel = "DIR",
            defaultValue = TweetlakeMain.DEFAULT_WORKDIR,
            description = "of the sandbox whose lake it is (default: ${DEFAULT-VALUE})")
    private Path workdir = Path.of(TweetlakeMain.DEFAULT_WORKDIR);

    @Option(names = "--lake", paramLabel = "URI", description = "root of another lake, any Hadoop file system")
    private @Nullable URI lake;

    @Option(
            names = "--hadoop",
            paramLabel = "KEY=VALUE",
            description = "with --lake, a setting of Hadoop's client, such as fs.s3a.endpoint=https://…")
    private Map<String, String> hadoop = Map.of();

    Workdir workdir() {
        return new Workdir(workdir);
    }

    /** Another lake than a sandbox's own. */
    Optional<URI> lake() {
        return Optional.ofNullable(lake);
    }

    /** Where copies of the lake's files are kept for the next statement. */
    Path cache() {
        return lake == null
                ? workdir().lakeCache()
                : Path.of(
                        System.getProperty("java.io.tmpdir"), "tweetlake-lake-" + Integer.toHexString(lake.hashCode()));
    }

    /**
     * Settings of Hadoop's client for it: the sandbox's own HDFS has one datanode.
     *
     * @throws UsageException if there are some for no other lake
     */
    Map<String, String> hadoop() {
        if (lake == null && !hadoop.isEmpty()) {
            throw new UsageException("--hadoop is for the lake that --lake names");
        }
        return lake == null ? Map.of("dfs.replication", "1") : hadoop;
    }

    /** The same as settings of lake-writer. */
    List<String> settings() {
        return hadoop().entrySet().stream()
                .map(entry -> "lake.hadoop." + entry.getKey() + "=" + entry.getValue())
                .toList();
    }
}
