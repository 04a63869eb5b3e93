package io.tweetlake.ingest.source;

import io.tweetlake.model.FileState;
import io.tweetlake.model.SourcePosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of JSON values, plain or compressed, or tar and zip files that hold some: one input after the other, each from
 * where it was left. What ends early is read as far as it goes, and delivers that as a problem; what holds no JSON is
 * refused. Each input ends with a position that says which of these it was.
 *
 * <p>A position counts for the content that it was made of: a file that has grown is read on (a compressed one from its
 * start), one that has changed is read again, one that was damaged is tried again.
 */
public final class ArchiveTweetSource implements TweetSource {
    private static final Logger log = LoggerFactory.getLogger(ArchiveTweetSource.class);

    private static final String DAMAGED = "the file is damaged from here on: ";

    private final List<Path> files;
    private final Deque<ArchiveFiles.Unreadable> unopened;
    private final NavigableMap<String, SourcePosition> positions;
    private final int maxMessageBytes;
    private final InstantSource clock;
    private final Pace pace;
    private final ArchiveProgress progress;

    private int nextFile;
    private @Nullable OpenFile file;
    private @Nullable OpenInput current;
    private @Nullable Delivery waiting;
    private long waitsUntil;
    private int unreadable;
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
        ArchiveFiles found = ArchiveFiles.find(inputs);
        this.files = found.files();
        this.unopened = new ArrayDeque<>(found.unreadable());
        this.positions = new TreeMap<>(positions);
        this.maxMessageBytes = maxMessageBytes;
        this.clock = clock;
        this.pace = pace;
        this.progress = new ArchiveProgress(files);
    }

    /**
     * A file that is being read.
     *
     * @param resumes whether what was read of it before counts: the positions of it and its members
     */
    private record OpenFile(
            Path path, String name, FileState state, ArchiveInputs inputs, OldStates states, boolean resumes) {}

    /** Which states that positions hold are of the same content as a file that is open; few of them differ. */
    private static final class OldStates {
        private final Path path;
        private final FileState now;
        private final Map<FileState, Boolean> known = new HashMap<>();

        OldStates(Path path, FileState now) {
            this.path = path;
            this.now = now;
        }

        boolean isOne(FileState then) {
            return known.computeIfAbsent(
                    then.ended(FileState.Outcome.READ, null).withOpen(0), this::isSame);
        }

        private boolean isSame(FileState then) {
            try {
                return FileStates.isSame(then, now) || FileStates.isGrown(then, path, now);
            } catch (IOException unreadable) {
                // It is read again, which shows the same.
                return false;
            }
        }
    }

    private static final class OpenInput {
        final String name;
        final JsonValueReader reader;
        final boolean isPlainFile;
        long line;

        OpenInput(String name, JsonValueReader reader, boolean isPlainFile) {
            this.name = name;
            this.reader = reader;
            this.isPlainFile = isPlainFile;
        }
    }

    @Override
    public int unreadable() {
        return unreadable;
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
        OpenFile open = file;
        progress.report(open == null ? null : open.inputs);
        OpenInput input = current;
        if (input != null && open != null) {
            return next(open, input);
        }
        while (open == null) {
            if (!unopened.isEmpty()) {
                ArchiveFiles.Unreadable there = unopened.remove();
                return refused(name(there.path()), null, there.cause());
            }
            if (nextFile == files.size()) {
                finished = true;
                progress.end();
                return null;
            }
            Path path = files.get(nextFile++);
            try {
                open = open(path);
            } catch (IOException gone) {
                return refused(name(path), null, gone.toString());
            }
            file = open;
        }
        return next(open);
    }

    /** The file, or null if it has been read. */
    private @Nullable OpenFile open(Path path) throws IOException {
        String name = name(path);
        FileState now = FileStates.of(path);
        SourcePosition before = positions.get(name);
        FileState then = before == null ? null : before.file();
        boolean same = then != null && FileStates.isSame(then, now);
        boolean grown = then != null && FileStates.isGrown(then, path, now);
        if (before != null && before.complete() && (then == null || (same && isWhole(then)))) {
            log.info("{} has been read", path);
            progress.read(path);
            return null;
        }
        if (grown) {
            log.info("{} has grown since it was read", path);
        } else if (then != null && !same) {
            log.info("{} has changed since it was read; it is read again", path);
        }
        boolean resumes = before == null ? hasSoundMembers(name, path, now) : same || grown;
        OldStates states = new OldStates(path, now);
        return new OpenFile(
                path,
                name,
                now,
                new ArchiveInputs(path, name, input -> resumes && isRead(input, states)),
                states,
                resumes);
    }

    private static boolean isWhole(FileState then) {
        return then.outcome() == FileState.Outcome.READ || then.outcome() == FileState.Outcome.CONTAINER;
    }

    /** The positions of members may be all that there is of a file that was not read to its end. */
    private boolean hasSoundMembers(String name, Path path, FileState now) throws IOException {
        Map.Entry<String, SourcePosition> member = positions.ceilingEntry(name + "!/");
        FileState then = member == null || !member.getKey().startsWith(name + "!/")
                ? null
                : member.getValue().file();
        return then == null || FileStates.isSame(then, now) || FileStates.isGrown(then, path, now);
    }

    /** Whether a member has been read to its end. */
    private boolean isRead(String input, OldStates states) {
        SourcePosition position = positions.get(input);
        FileState then = position == null ? null : position.file();
        return position != null && position.complete() && (then == null || (isWhole(then) && states.isOne(then)));
    }

    /** Bytes of a name that are no characters would make names alike. */
    private static String name(Path path) {
        String name = path.toString();
        return name.indexOf('\ufffd') < 0 ? name : path.toUri().getRawPath();
    }

    /** The first delivery of the next input, which may be its end. */
    private @Nullable Delivery next(OpenFile open) throws IOException {
        ArchiveInputs.Input input;
        try {
            input = open.inputs.next();
        } catch (ArchiveInputs.RefusedException refused) {
            return refused(refused.input(), open.state, String.valueOf(refused.getMessage()));
        } catch (ArchiveInputs.DamagedMemberException broken) {
            return damaged(broken.member(), 0, open.state, broken);
        } catch (IOException broken) {
            closeFile();
            return damaged(open.name, 0, open.state, broken);
        }
        if (input == null) {
            closeFile();
            return null;
        }
        if (input.in() == null) {
            return end(input.name(), 0, open.state.ended(FileState.Outcome.CONTAINER, null));
        }
        OpenInput opened =
                new OpenInput(input.name(), new JsonValueReader(input.in(), maxMessageBytes), input.isPlain());
        if (open.resumes) {
            goBehindPosition(open, opened);
        }
        current = opened;
        return next(open, opened);
    }

    /** Goes on behind the value that an input was read to. */
    private void goBehindPosition(OpenFile open, OpenInput input) {
        SourcePosition position = positions.get(input.name);
        FileState then = position == null ? null : position.file();
        if (position == null || then == null || !open.states.isOne(then)) {
            return;
        }
        boolean grew = then.size() < open.state.size();
        // What a compressed file has more of may have been cut within a value, or within a member.
        if (grew && (then.outcome() == FileState.Outcome.DAMAGED || !input.isPlainFile)) {
            return;
        }
        long done = position.line() - (grew ? then.open() : 0);
        try {
            while (input.line < done && input.reader.next() != null) {
                input.line++;
            }
        } catch (IOException broken) {
            // The next value fails the same way, which is told then.
            log.debug("{} breaks before its position", input.name, broken);
        }
        if (input.line > 0) {
            log.info("continuing {} after value {}", input.name, input.line);
        }
    }

    private @Nullable Delivery next(OpenFile open, OpenInput input) {
        LineReader.Line value;
        try {
            value = input.reader.next();
        } catch (IOException broken) {
            current = null;
            return damaged(input.name, input.line, open.state, broken);
        }
        if (value == null) {
            current = null;
            if (!input.reader.isJson()) {
                return refused(input.name, open.state, "it holds no JSON");
            }
            if (input.line == 0) {
                log.warn("{} is empty", input.name);
            }
            return end(
                    input.name,
                    input.line,
                    open.state.withOpen(input.reader.open()).ended(FileState.Outcome.READ, null));
        }
        input.line++;
        progress.line();
        return delivery(
                input.name,
                value.bytes(),
                SourcePosition.line(input.name, input.line, false, open.state),
                value.problem(maxMessageBytes));
    }

    private Delivery end(String input, long line, FileState state) {
        return delivery(input, new byte[0], SourcePosition.line(input, line, true, state), null);
    }

    /**
     * Compressed data that ends early or is no such data: what came before it has been delivered. It is said once: a
     * file that is tried again and is what it was gives no second dead letter.
     */
    private Delivery damaged(String input, long line, FileState state, IOException broken) {
        FileState ended = state.ended(FileState.Outcome.DAMAGED, broken.toString());
        SourcePosition before = positions.get(input);
        boolean isKnown = before != null && ended.equals(before.file());
        log.warn("{} is damaged after value {}: {}", input, line, broken.toString());
        unreadable++;
        return delivery(
                input, new byte[0], SourcePosition.line(input, line, true, ended), isKnown ? null : DAMAGED + broken);
    }

    /** What holds nothing to deliver: its position tells why. */
    private Delivery refused(String input, @Nullable FileState state, String cause) {
        log.warn("{} is not read: {}", input, cause);
        unreadable++;
        FileState now = state == null ? new FileState(0, Instant.EPOCH, 0, "", 0, null, null) : state;
        return end(input, 0, now.ended(FileState.Outcome.REFUSED, cause));
    }

    private Delivery delivery(String input, byte[] bytes, SourcePosition position, @Nullable String problem) {
        return new Delivery(
                bytes,
                clock.instant(),
                input.substring(input.lastIndexOf('/') + 1) + ":" + position.line(),
                position,
                problem);
    }

    private void closeFile() throws IOException {
        OpenFile open = file;
        file = null;
        if (open != null) {
            open.inputs.close();
            progress.read(open.path);
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
