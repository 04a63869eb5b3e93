package io.tweetlake.lake;

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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
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

    private final Topic<?, ?> topic;
    private final Path folder;
    private final FileContext files;
    private final TableFiles table;
    private final Consumer<Step> reached;
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
     * @param reached is told each step of each commit
     * @throws IOException if the table has files and no ledger
     */
    static Ledger open(Topic<?, ?> topic, LakePaths paths, Configuration hadoop, Consumer<Step> reached)
            throws IOException {
        Ledger ledger = new Ledger(topic, paths, hadoop, reached);
        ledger.load();
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
     */
    @Nullable
    synchronized LedgerEntry commit(Change change) throws IOException {
        while (true) {
            LedgerEntry entry = change.after(state);
            if (entry == null) {
                return null;
            }
            LedgerState next = state.plus(List.of(entry));
            reached.accept(Step.STAGED);
            if (!create(new Path(folder, name(entry.number(), ENTRY)), entry)) {
                // Another process has written this number: what it decided comes first.
                catchUp();
                continue;
            }
            reached.accept(Step.DECIDED);
            table.apply(entry, Set.copyOf(entry.add()), Set.copyOf(entry.complete()));
            reached.accept(Step.PUBLISHED);
            state = next;
            if (state.number() - snapshot >= ENTRIES_PER_SNAPSHOT) {
                sum();
            }
            return entry;
        }
    }

    /** Takes over what other processes have decided since. */
    synchronized void catchUp() throws IOException {
        List<LedgerEntry> entries = new ArrayList<>();
        Path next = new Path(folder, name(state.number() + 1, ENTRY));
        while (files.util().exists(next)) {
            entries.add(read(next, LedgerEntry.class));
            next = new Path(folder, name(state.number() + entries.size() + 1, ENTRY));
        }
        take(state, entries);
    }

    /** What a later entry has undone is not done again. */
    private void take(LedgerState before, List<LedgerEntry> entries) throws IOException {
        state = before.plus(entries);
        Set<DataFile> live = Set.copyOf(state.files());
        Set<CompleteHour> complete = Set.copyOf(state.complete());
        for (LedgerEntry entry : entries) {
            table.apply(entry, live, complete);
        }
    }

    /** The table's files on the file system. */
    TableFiles table() {
        return table;
    }

    private void load() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                loadOnce();
                return;
            } catch (FileNotFoundException e) {
                // Entries are deleted once they are summed up: another process may have done so while this one read.
                if (attempt == READ_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void loadOnce() throws IOException {
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
        take(loaded, after);
    }

    /** Puts the state into one file in place of many entries. */
    private void sum() throws IOException {
        create(new Path(folder, name(state.number(), SNAPSHOT)), state);
        reached.accept(Step.SUMMED);
        snapshot = state.number();
        RemoteIterator<FileStatus> listing = files.listStatus(folder);
        while (listing.hasNext()) {
            Path path = listing.next().getPath();
            boolean isSnapshot = path.getName().endsWith(SNAPSHOT);
            boolean isEntry = !isSnapshot
                    && path.getName().endsWith(ENTRY)
                    && !path.getName().startsWith("_");
            if ((isEntry && number(path.getName()) <= snapshot) || (isSnapshot && number(path.getName()) < snapshot)) {
                files.delete(path, false);
            }
        }
    }

    /** False if there is such a file already. */
    private boolean create(Path path, Object content) throws IOException {
        Path written = new Path(folder, "_" + UUID.randomUUID() + ENTRY);
        try (OutputStream out =
                files.create(written, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
            out.write(LedgerJson.write(content));
        }
        try {
            files.rename(written, path, Options.Rename.NONE);
            return true;
        } catch (FileAlreadyExistsException e) {
            files.delete(written, false);
            return false;
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

    private static String name(long number, String suffix) {
        return String.format(Locale.ROOT, "%012d%s", number, suffix);
    }

    private static long number(String name) {
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }
}
