package io.tweetlake.ingest.source;

import io.tweetlake.model.SourcePosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of JSON lines, plain or compressed, or tar and zip files that hold some: one input after the other, each from
 * where it was left. What ends early is read as far as it goes, and delivers that as a problem.
 */
public final class ArchiveTweetSource implements TweetSource {
    private static final Logger log = LoggerFactory.getLogger(ArchiveTweetSource.class);

    private final List<Path> files;
    private final Map<String, SourcePosition> positions;
    private final int maxMessageBytes;
    private final InstantSource clock;
    private final Pace pace;
    private final ArchiveProgress progress;

    private int nextFile;
    private @Nullable ArchiveInputs inputs;
    private @Nullable OpenInput current;
    private @Nullable Delivery waiting;
    private long waitsUntil;
    private boolean finished;

    /**
     * @param inputs files and folders
     * @param positions how far each input has been read, by its name
     * @throws io.tweetlake.runtime.config.InvalidConfigException naming every input that cannot be read
     */
    public ArchiveTweetSource(
            List<Path> inputs,
            Map<String, SourcePosition> positions,
            Pace pace,
            int maxMessageBytes,
            InstantSource clock)
            throws IOException {
        this.files = ArchiveFiles.find(inputs);
        this.positions = positions;
        this.maxMessageBytes = maxMessageBytes;
        this.clock = clock;
        this.pace = pace;
        this.progress = new ArchiveProgress(files);
    }

    private static final class OpenInput {
        final String name;
        final LineReader reader;
        long line;

        OpenInput(String name, LineReader reader) {
            this.name = name;
            this.reader = reader;
        }
    }

    @Override
    public @Nullable Delivery poll(Duration atMost) throws IOException, InterruptedException {
        if (finished) {
            return null;
        }
        Delivery next = waiting;
        if (next == null) {
            next = read();
            waiting = next;
            waitsUntil = next == null || next.bytes().length == 0 ? System.nanoTime() : pace.dueAt(next.bytes());
        }
        long wait = waitsUntil - System.nanoTime();
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(Math.min(wait, atMost.toNanos()));
            if (wait > atMost.toNanos()) {
                return null;
            }
        }
        waiting = null;
        return next;
    }

    private @Nullable Delivery read() throws IOException {
        progress.report(inputs);
        OpenInput input = current;
        return input == null ? open() : next(input);
    }

    /** The first delivery of the next input, which may be its end. */
    private @Nullable Delivery open() throws IOException {
        while (true) {
            if (inputs == null && !nextFile()) {
                finished = true;
                progress.end();
                return null;
            }
            ArchiveInputs file = java.util.Objects.requireNonNull(inputs);
            Path path = files.get(nextFile - 1);
            ArchiveInputs.Input input;
            try {
                input = file.next();
            } catch (ArchiveInputs.DamagedMemberException broken) {
                return damaged(broken.member(), 0, broken);
            } catch (IOException broken) {
                closeFile();
                return damaged(path.toString(), 0, broken);
            }
            if (input == null) {
                closeFile();
            } else if (input.in() == null) {
                return end(input.name(), 0);
            } else {
                return next(behindPosition(input.name(), new LineReader(input.in(), maxMessageBytes)));
            }
        }
    }

    private boolean nextFile() throws IOException {
        while (nextFile < files.size()) {
            Path path = files.get(nextFile++);
            if (isComplete(path.toString())) {
                log.info("{} has been read", path);
                progress.read(path);
            } else {
                inputs = new ArchiveInputs(path, this::isComplete);
                return true;
            }
        }
        return false;
    }

    private boolean isComplete(String input) {
        SourcePosition position = positions.get(input);
        return position != null && position.complete();
    }

    /** The input behind the line that it was read to. */
    private OpenInput behindPosition(String name, LineReader reader) {
        OpenInput input = new OpenInput(name, reader);
        SourcePosition position = positions.get(name);
        long done = position == null ? 0 : position.line();
        try {
            while (input.line < done && reader.next() != null) {
                input.line++;
            }
        } catch (IOException broken) {
            // The next line fails the same way, and says so.
            log.debug("{} breaks before its position", name, broken);
        }
        if (done > 0) {
            log.info("continuing {} after line {}", name, done);
        }
        current = input;
        return input;
    }

    private Delivery next(OpenInput input) {
        LineReader.Line line;
        try {
            line = input.reader.next();
        } catch (IOException broken) {
            current = null;
            return damaged(input.name, input.line, broken);
        }
        if (line == null) {
            current = null;
            if (input.line == 0) {
                log.warn("{} is empty", input.name);
            }
            return end(input.name, input.line);
        }
        input.line++;
        progress.line();
        return delivery(input.name, input.line, line.bytes(), false, line.problem(maxMessageBytes));
    }

    private Delivery end(String input, long line) {
        return delivery(input, line, new byte[0], true, null);
    }

    /** Compressed data that ends early or is no such data: what came before it has been delivered. */
    private Delivery damaged(String input, long line, IOException broken) {
        log.warn("{} is damaged after line {}: {}", input, line, broken.toString());
        return delivery(input, line, new byte[0], true, "the file is damaged from here on: " + broken);
    }

    private Delivery delivery(String input, long line, byte[] bytes, boolean complete, @Nullable String problem) {
        return new Delivery(
                bytes,
                clock.instant(),
                input.substring(input.lastIndexOf('/') + 1) + ":" + line,
                SourcePosition.line(input, line, complete),
                problem);
    }

    private void closeFile() throws IOException {
        ArchiveInputs file = inputs;
        inputs = null;
        if (file != null) {
            file.close();
            progress.read(files.get(nextFile - 1));
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
        finished = true;
        current = null;
        waiting = null;
        try {
            closeFile();
        } catch (IOException e) {
            log.warn("closing an archive file: {}", e.toString());
        }
    }
}
