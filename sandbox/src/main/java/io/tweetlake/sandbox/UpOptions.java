package io.tweetlake.sandbox;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code up} was asked for, checked.
 *
 * @param source one of {@link #SOURCES}; null for the stand-in
 * @param settings of the services, {@code key=value}
 * @param lake null for the sandbox's HDFS
 * @param bearerToken of the real X, null for the stand-in
 */
record UpOptions(
        @Nullable String source,
        List<String> settings,
        List<Path> inputs,
        String rate,
        @Nullable URI lake,
        Workdir workdir,
        int portOffset,
        boolean untilDrained,
        @Nullable String bearerToken) {

    private static final List<String> SOURCES = List.of("x", "x-search", "bluesky", "mastodon", "archive");
    private static final Pattern SETTING = Pattern.compile("[a-z0-9.-]+=.*");

    private static final List<String> SERVICES = List.of("ingest", "enrich", "gold", "lake", "serving");
    private static final List<String> SHARED = List.of("kafka", "topics");
    private static final String PARTITIONS = "topics.partitions=";

    UpOptions {
        settings = List.copyOf(settings);
        inputs = inputs.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
        if (source != null && !SOURCES.contains(source)) {
            throw new UsageException("--source is " + source + "; it must be one of " + String.join(", ", SOURCES));
        }
        for (String setting : settings) {
            if (!SETTING.matcher(setting).matches()) {
                throw new UsageException(
                        "--set is " + setting + "; it must be KEY=VALUE, such as ingest.x.refill=true");
            }
            String prefix = setting.substring(0, Math.max(0, setting.indexOf('.')));
            if (!SERVICES.contains(prefix) && !SHARED.contains(prefix)) {
                throw new UsageException("--set is " + setting + "; its key must begin with "
                        + String.join("., ", SERVICES) + "., " + String.join("., ", SHARED) + ".");
            }
            if (setting.startsWith(PARTITIONS)
                    && !setting.substring(PARTITIONS.length()).matches("[1-9][0-9]{0,3}")) {
                throw new UsageException("--set is " + setting + "; a topic has 1 to 9999 partitions");
            }
        }
        boolean archive = "archive".equals(source);
        if (archive && inputs.isEmpty()) {
            throw new UsageException("--source archive needs --input: files or folders of tweets");
        }
        if (!archive && !inputs.isEmpty()) {
            throw new UsageException("--input goes with --source archive");
        }
        if (untilDrained && !archive && !"x-search".equals(source)) {
            throw new UsageException(
                    "--until-drained needs a source that ends: --source archive --input …, or --source x-search");
        }
        List<Path> missing =
                inputs.stream().filter(input -> !Files.isReadable(input)).toList();
        if (!missing.isEmpty()) {
            throw new UsageException("no such file or folder, or not readable: "
                    + String.join(", ", missing.stream().map(Path::toString).toList()));
        }
        if (!rate.matches(archive ? "max|[1-9][0-9]{0,8}|x[0-9.]+" : "max|[1-9][0-9]{0,8}")) {
            throw new UsageException("--rate is " + rate + "; it must be max or a number of messages a second");
        }
        if (portOffset < 0 || portOffset > 50_000) {
            throw new UsageException("--port-offset is " + portOffset + "; it must be 0 to 50000");
        }
    }

    /** The settings of a service, by its prefix, and those of all. */
    List<String> settings(String prefix) {
        return settings.stream()
                .filter(setting -> setting.startsWith(prefix + ".")
                        || SHARED.stream().anyMatch(shared -> setting.startsWith(shared + ".")))
                .toList();
    }

    /**
     * Of a new topic. Each takes part in every transaction, which costs the broker: a second one is worth it where
     * there are cores for it.
     */
    int partitions() {
        return settings.stream()
                .filter(setting -> setting.startsWith(PARTITIONS))
                .reduce((earlier, later) -> later)
                .map(setting -> Integer.parseInt(setting.substring(PARTITIONS.length())))
                .orElse(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    boolean fromArchive() {
        return "archive".equals(source);
    }

    /** Whether ingest ends by itself. */
    boolean isFinite() {
        return fromArchive() || "x-search".equals(source);
    }

    boolean needsStandIn() {
        return source == null || (source.startsWith("x") && bearerToken == null);
    }
}
