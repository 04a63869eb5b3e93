package io.tweetlake.ingest.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every ten seconds how far an archive has been read, how fast, and how long it will take. Not thread-safe. */
final class ArchiveProgress {
    private static final Logger log = LoggerFactory.getLogger(ArchiveProgress.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final List<Path> files;
    private final long bytes;
    private final long startedAt = System.nanoTime();
    private long nextReport = startedAt + INTERVAL.toNanos();
    private long bytesOfReadFiles;
    private int filesRead;
    private long lines;

    ArchiveProgress(List<Path> files) throws IOException {
        this.files = files;
        long sum = 0;
        for (Path file : files) {
            sum += Files.size(file);
        }
        this.bytes = sum;
    }

    void line() {
        lines++;
    }

    void read(Path file) throws IOException {
        filesRead++;
        bytesOfReadFiles += Files.size(file);
    }

    /** @param current the file that is being read, or null */
    void report(@Nullable ArchiveInputs current) throws IOException {
        long now = System.nanoTime();
        if (now < nextReport) {
            return;
        }
        nextReport = now + INTERVAL.toNanos();
        long done = bytesOfReadFiles + (current == null ? 0 : current.bytesRead());
        double seconds = (now - startedAt) / 1e9;
        double share = bytes == 0 ? 1 : (double) done / bytes;
        log.info(String.format(
                Locale.ROOT,
                "read %,d lines, %,.0f a second, %d of %d files, %.0f %% of %,.1f MB, about %s left",
                lines,
                lines / seconds,
                filesRead,
                files.size(),
                100 * share,
                bytes / 1e6,
                share == 0 ? "?" : time(seconds / share - seconds)));
    }

    void end() {
        log.info(String.format(Locale.ROOT, "read %,d lines of %d files, all there are", lines, files.size()));
    }

    private static String time(double seconds) {
        long rest = Math.round(Math.max(0, seconds));
        return rest < 120 ? rest + " s" : rest < 7_200 ? rest / 60 + " min" : rest / 3_600 + " h";
    }
}
