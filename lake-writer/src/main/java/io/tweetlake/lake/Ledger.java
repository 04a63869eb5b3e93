package io.tweetlake.lake;

import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

import com.fasterxml.jackson.core.JacksonException;
import io.tweetlake.ledger.CompleteHour;
import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.LedgerJson;
import io.tweetlake.ledger.LedgerState;
import io.tweetlake.topic.Topic;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of a table: the one truth of what it holds and of how far its topic has been read. A change is first
 * written to it as an entry, which decides it, and then done; a change that a crash cut short is done at the next
 * opening. Two processes cannot write the same entry, so none can undo or repeat what the other has decided.
 * Thread-safe. See ADR 15.
 */
final class Ledger {
    private static final String ENTRY = ".json";
    private static final String SNAPSHOT = ".snapshot.json";
    private static final int ENTRIES_PER_SNAPSHOT = 64;
    private static final int READ_ATTEMPTS = 5;
    /** How long another process is left alone to do what it has decided. */
    static final Duration TRUST = Duration.ofMinutes(1);

    private static final Duration KEPT = Duration.ofHours(1);

    private final Topic<?, ?> topic;
    private final Path folder;
    private final FileContext files;
    private final TableFiles table;
    private final Consumer<Step> reached;

    /** What others have decided, in order, until it is known to be done. */
    private final Queue<LedgerEntry> undone = new ArrayDeque<>();

    private LedgerState state = LedgerState.EMPTY;
    private long snapshot;

    /** What a commit has reached, in this order: a test may end the process at each. */
    enum Step {
        STAGED,
        DECIDED,
        FIRST_PUBLISHED,
        /** Of an exchange: the many files are one. */
        JOINED,
        /** Of an exchange: that one is the new one, under an old one's name. */
        REPLACED,
        PUBLISHED,
        SUMMED
    }

    /** Makes an entry of the state that it is to follow; null if there is nothing to do any more. */
    @FunctionalInterface
    interface Change {
        @Nullable
        LedgerEntry after(LedgerState state) throws IOException;
    }

    private Ledger(Topic<?, ?> topic, LakePaths paths, Configuration hadoop, Consumer<Step> reached)
            throws IOException {
        this.topic = topic;
        this.folder = paths.ledger(topic);
        this.files = FileContext.getFileContext(paths.root(), hadoop);
        this.table = new TableFiles(paths.table(topic), paths.staging(topic), files, hadoop, reached);
        this.reached = reached;
    }

    /**
     * Opens a table's ledger and does what it has decided and a crash has cut short.
     *
     * @param trust how long another process is left alone to do what it has decided: zero for the one that writes,
     *     which starts when nobody else does
     * @param reached is told each step of each commit
     */
    static Ledger open(Topic<?, ?> topic, LakePaths paths, Configuration hadoop, Duration trust, Consumer<Step> reached)
            throws IOException {
        Ledger ledger = new Ledger(topic, paths, hadoop, reached);
        ledger.load(trust);
        return ledger;
    }

    synchronized LedgerState state() {
        return state;
    }

    boolean isEmpty() {
        return state().number() == 0;
    }

    /**
     * Decides a change and does it.
     *
     * @return the entry, or null if there was nothing to do
     * @throws IOException if the file system failed; what has been decided by then is done at the next opening
     * @throws IllegalArgumentException if the entry does not continue the ledger
     */
    @Nullable
    synchronized LedgerEntry commit(Change change) throws IOException {
        while (true) {
            if (isBehind()) {
                load(TRUST);
            }
            LedgerEntry entry = change.after(state);
            if (entry == null) {
                return null;
            }
            LedgerState next = state.plus(List.of(entry));
            reached.accept(Step.STAGED);
            if (!create(path(entry.number(), ENTRY), entry)) {
                // Another process has written this number: what it decided comes first.
                catchUp();
                continue;
            }
            reached.accept(Step.DECIDED);
            table.apply(entry, Set.copyOf(entry.add()), Set.copyOf(entry.complete()));
            reached.accept(Step.PUBLISHED);
            state = next;
            if (state.number() - snapshot >= ENTRIES_PER_SNAPSHOT && undone.isEmpty()) {
                sum();
            }
            return entry;
        }
    }

    /**
     * Takes over what other processes have decided since. They do it themselves; what they have not done in time is
     * done here.
     */
    synchronized void catchUp() throws IOException {
        if (isBehind()) {
            load(TRUST);
            return;
        }
        List<LedgerEntry> entries = new ArrayList<>();
        Path next = path(state.number() + 1, ENTRY);
        while (files.util().exists(next)) {
            entries.add(read(next, LedgerEntry.class));
            next = path(state.number() + entries.size() + 1, ENTRY);
        }
        undone.addAll(entries);
        LedgerState caughtUp = state.plus(entries);
        finish(caughtUp, TRUST);
        state = caughtUp;
    }

    /**
     * Whether other processes have gone on so far that the last entry known here has been deleted: the next number may
     * be free then and must not be taken. Entries outlive their snapshot by {@link #KEPT}, longer than a commit takes.
     */
    private boolean isBehind() throws IOException {
        return state.number() > 0
                && !files.util().exists(path(state.number(), ENTRY))
                && !files.util().exists(path(state.number(), SNAPSHOT));
    }

    /** Does what others have decided and have had the time to do; what a later entry has undone is left alone. */
    private void finish(LedgerState after, Duration trust) throws IOException {
        Instant trusted = Instant.now().minus(trust);
        Set<DataFile> live = Set.copyOf(after.files());
        Set<CompleteHour> complete = Set.copyOf(after.complete());
        while (!undone.isEmpty() && !undone.peek().at().isAfter(trusted)) {
            table.apply(undone.peek(), live, complete);
            undone.remove();
        }
    }

    /** The table's files on the file system. */
    TableFiles table() {
        return table;
    }

    private void load(Duration trust) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                loadOnce(trust);
                return;
            } catch (FileNotFoundException e) {
                // Entries are deleted once they are summed up: another process may have done so while this one read.
                if (attempt == READ_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void loadOnce(Duration trust) throws IOException {
        TreeMap<Long, Path> entries = new TreeMap<>();
        TreeMap<Long, Path> snapshots = new TreeMap<>();
        if (files.util().exists(folder)) {
            RemoteIterator<FileStatus> listing = files.listStatus(folder);
            while (listing.hasNext()) {
                Path path = listing.next().getPath();
                String name = path.getName();
                if (name.endsWith(SNAPSHOT)) {
                    snapshots.put(number(name), path);
                } else if (name.endsWith(ENTRY) && !name.startsWith("_")) {
                    entries.put(number(name), path);
                }
            }
        }
        LedgerState loaded = snapshots.isEmpty()
                ? LedgerState.EMPTY
                : read(snapshots.lastEntry().getValue(), LedgerState.class);
        snapshot = loaded.number();
        List<LedgerEntry> after = new ArrayList<>();
        for (Path path : entries.tailMap(loaded.number(), false).values()) {
            after.add(read(path, LedgerEntry.class));
        }
        undone.clear();
        undone.addAll(after);
        LedgerState caughtUp = loaded.plus(after);
        finish(caughtUp, trust);
        state = caughtUp;
    }

    /** Puts the state into one file; entries that it sums up are deleted once no process can be that far behind. */
    private void sum() throws IOException {
        boolean unused = create(path(state.number(), SNAPSHOT), state);
        reached.accept(Step.SUMMED);
        snapshot = state.number();
        long oldest = System.currentTimeMillis() - KEPT.toMillis();
        RemoteIterator<FileStatus> listing = files.listStatus(folder);
        while (listing.hasNext()) {
            FileStatus file = listing.next();
            String name = file.getPath().getName();
            // What starts with _ was being written by a process that has ended since.
            boolean isSummed = name.startsWith("_") || number(name) < snapshot;
            if (isSummed && file.getModificationTime() < oldest) {
                files.delete(file.getPath(), false);
            }
        }
    }

    /** False if there is such a file already. Of two processes at once, one is told so. */
    private boolean create(Path path, Object content) throws IOException {
        byte[] json = LedgerJson.write(content);
        FileSystem store = path.getFileSystem(table.hadoop());
        return store.hasPathCapability(path, FS_OPTION_CREATE_CONDITIONAL_OVERWRITE)
                ? put(store, path, json)
                : write(path, json);
    }

    private boolean write(Path path, byte[] json) throws IOException {
        Path written = new Path(folder, "_" + UUID.randomUUID() + ENTRY);
        try (OutputStream out =
                files.create(written, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
            out.write(json);
        }
        try {
            files.rename(written, path, Options.Rename.NONE);
            return true;
        } catch (FileAlreadyExistsException e) {
            files.delete(written, false);
            return false;
        }
    }

    /**
     * On an object store a rename is a copy that replaces what is there; a conditional PUT does not.
     *
     * @return false if there is another such file already
     * @throws IOException if it is not known to be written whole
     */
    static boolean put(FileSystem store, Path path, byte[] json) throws IOException {
        // A store that passes over the condition is at least looked at.
        if (store.exists(path)) {
            return false;
        }
        FSDataOutputStreamBuilder<?, ?> builder = store.createFile(path).recursive();
        builder.must(FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
        FSDataOutputStream out = builder.build();
        try {
            out.write(json);
        } catch (IOException e) {
            // Closing it would put what has been written so far.
            out.abort();
            throw e;
        }
        try {
            out.close();
            return true;
        } catch (IOException e) {
            if (!store.exists(path)) {
                throw e;
            }
            // The client sends again what got no answer in time, and is then refused because of itself.
            try (InputStream in = store.open(path)) {
                return Arrays.equals(in.readAllBytes(), json);
            }
        }
    }

    private <T> T read(Path path, Class<T> type) throws IOException {
        try (InputStream in = files.open(path)) {
            return LedgerJson.read(in, type);
        } catch (JacksonException e) {
            throw new IOException(
                    "%s is damaged; the ledger of %s can be made anew of the table's files: move the folder %s away and start again"
                            .formatted(path, topic.name(), folder),
                    e);
        }
    }

    private Path path(long number, String suffix) {
        return new Path(folder, String.format(Locale.ROOT, "%012d%s", number, suffix));
    }

    private static long number(String name) {
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }
}
