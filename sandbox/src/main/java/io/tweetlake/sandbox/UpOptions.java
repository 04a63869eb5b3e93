package io.tweetlake.sandbox;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code up} was asked for, checked.
 *
 * @param source {@code x} or {@code archive}; null for the stand-in
 * @param lake null for the sandbox's HDFS
 * @param bearerToken of the real X, null for the stand-in
 */
record UpOptions(
        @Nullable String source,
        List<Path> inputs,
        String rate,
        @Nullable URI lake,
        Workdir workdir,
        int portOffset,
        boolean untilDrained,
        @Nullable String bearerToken) {

    UpOptions {
        inputs = inputs.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
        if (source != null && !source.equals("x") && !source.equals("archive")) {
            throw new UsageException("--source is " + source + "; it must be x or archive");
        }
        boolean archive = "archive".equals(source);
        if (archive && inputs.isEmpty()) {
            throw new UsageException("--source archive needs --input: files or folders of tweets");
        }
        if (!archive && !inputs.isEmpty()) {
            throw new UsageException("--input goes with --source archive");
        }
        if (untilDrained && !archive) {
            throw new UsageException("--until-drained needs a source that ends: --source archive --input …");
        }
        List<Path> missing =
                inputs.stream().filter(input -> !Files.isReadable(input)).toList();
        if (!missing.isEmpty()) {
            throw new UsageException("no such file or folder, or not readable: "
                    + String.join(", ", missing.stream().map(Path::toString).toList()));
        }
        if (!rate.matches("max|[1-9][0-9]{0,8}")) {
            throw new UsageException("--rate is " + rate + "; it must be max or a number of messages a second");
        }
        if (portOffset < 0 || portOffset > 50_000) {
            throw new UsageException("--port-offset is " + portOffset + "; it must be 0 to 50000");
        }
    }

    boolean fromArchive() {
        return "archive".equals(source);
    }

    boolean needsStandIn() {
        return !fromArchive() && (source == null || bearerToken == null);
    }
}
