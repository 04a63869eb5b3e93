package io.tweetlake.sandbox;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
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

    /** Settings of lake-writer for it: the sandbox's own HDFS has one datanode. */
    List<String> settings() {
        return lake == null ? List.of("lake.hadoop.dfs.replication=1") : List.of();
    }
}
