package io.tweetlake.ingest.source;

import io.tweetlake.model.SourcePosition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of JSON lines, one after the other, each from where it was left. A compressed file that ends early is read as
 * far as it goes, and delivers that as a problem.
 */
public final class ArchiveTweetSource implements TweetSource {
    private static final Logger log = LoggerFactory.getLogger(ArchiveTweetSource.class);
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);

    private final List<Path> files;
    private final Iterator<Path> remaining;
    private final Map<String, SourcePosition> positions;
    private final int maxMessageBytes;
    private final InstantSource clock;
    private final OptionalLong nanosPerMessage;

    private @Nullable OpenFile current;
    private long lines;
    private int filesRead;
    private long nextReport;
    private long nextMessage;
    private boolean finished;

    /**
     * @param inputs files and folders
     * @param positions how far each input has been read, by its name
     * @param messagesPerSecond empty for as fast as it goes
     * @throws io.tweetlake.runtime.config.InvalidConfigException naming every input that cannot be read
     */
    public ArchiveTweetSource(
            List<Path> inputs,
            Map<String, SourcePosition> positions,
            OptionalLong messagesPerSecond,
            int maxMessageBytes,
            InstantSource clock)
            throws IOException {
        this.files = ArchiveFiles.find(inputs);
        this.remaining = files.iterator();
        this.positions = positions;
        this.maxMessageBytes = maxMessageBytes;
        this.clock = clock;
        this.nanosPerMessage = messagesPerSecond.isPresent()
                ? OptionalLong.of(1_000_000_000L / messagesPerSecond.getAsLong())
                : OptionalLong.empty();
        this.nextReport = System.nanoTime() + REPORT_INTERVAL.toNanos();
        this.nextMessage = System.nanoTime();
    }

    private static final class OpenFile implements AutoCloseable {
        final Path path;
        final InputStream in;
        final LineReader reader;
        long line;

        OpenFile(Path path, int maxMessageBytes) throws IOException {
            this.path = path;
            this.in = ArchiveFiles.open(path);
            this.reader = new LineReader(in, maxMessageBytes);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    @Override
    public @Nullable Delivery poll(Duration atMost) throws IOException, InterruptedException {
        if (finished || !awaitPace(atMost)) {
            return null;
        }
        report();
        while (current == null) {
            if (!remaining.hasNext()) {
                finished = true;
                log.info("read {} lines of {} files, all there are", lines, files.size());
                return null;
            }
            Path path = remaining.next();
            try {
                current = open(path);
            } catch (IOException broken) {
                return damaged(path, 0, broken);
            }
        }
        return next(current);
    }

    private Delivery next(OpenFile file) throws IOException {
        LineReader.Line line;
        try {
            line = file.reader.next();
        } catch (IOException broken) {
            close();
            return damaged(file.path, file.line, broken);
        }
        if (line == null) {
            return end(file);
        }
        file.line++;
        lines++;
        String problem = line.isCut()
                ? "the message is %d bytes long, ingest.max-message-bytes allows %d"
                        .formatted(line.length(), maxMessageBytes)
                : null;
        return delivery(file.path, file.line, line.bytes(), false, problem);
    }

    private Delivery end(OpenFile file) {
        close();
        filesRead++;
        if (file.line == 0) {
            log.warn("{} is empty", file.path);
        }
        return delivery(file.path, file.line, new byte[0], true, null);
    }

    /** Compressed data that ends early or is no such data: what came before it has been delivered. */
    private Delivery damaged(Path path, long line, IOException broken) {
        log.warn("{} is damaged after line {}: {}", path, line, broken.toString());
        filesRead++;
        return delivery(path, line, new byte[0], true, "the file is damaged from here on: " + broken);
    }

    private Delivery delivery(Path path, long line, byte[] bytes, boolean complete, @Nullable String problem) {
        SourcePosition position = new SourcePosition(path.toString(), line, complete);
        return new Delivery(bytes, clock.instant(), path.getFileName() + ":" + line, position, problem);
    }

    /** The file behind the line that it was read to, or null if it was read to its end. */
    private @Nullable OpenFile open(Path path) throws IOException {
        SourcePosition position = positions.get(path.toString());
        if (position != null && position.complete()) {
            log.info("{} has been read", path);
            filesRead++;
            return null;
        }
        OpenFile file = new OpenFile(path, maxMessageBytes);
        long done = position == null ? 0 : position.line();
        while (file.line < done && file.reader.next() != null) {
            file.line++;
        }
        if (done > 0) {
            log.info("continuing {} after line {}", path, done);
        }
        return file;
    }

    private boolean awaitPace(Duration atMost) throws InterruptedException {
        if (nanosPerMessage.isEmpty()) {
            return true;
        }
        long wait = nextMessage - System.nanoTime();
        long bounded = Math.min(wait, atMost.toNanos());
        if (bounded > 0) {
            java.util.concurrent.TimeUnit.NANOSECONDS.sleep(bounded);
        }
        if (wait > bounded) {
            return false;
        }
        nextMessage += nanosPerMessage.getAsLong();
        return true;
    }

    private void report() {
        long now = System.nanoTime();
        if (now > nextReport) {
            nextReport = now + REPORT_INTERVAL.toNanos();
            log.info("read {} lines, {} of {} files", lines, filesRead, files.size());
        }
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public void close() {
        OpenFile file = current;
        current = null;
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            log.warn("closing an archive file: {}", e.toString());
        }
    }
}
