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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
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
    private final NewFile newFile;
    private final DeltaLog delta;
    private final Consumer<Step> reached;

    /** What others have decided, in order, until it is known to be done. */
    private final Queue<Undone> undone = new ArrayDeque<>();

    private LedgerState state = LedgerState.EMPTY;
    private long snapshot;
    private long forgotten;

    /** What a commit has reached, in this order: a test may end the process at each. */
    enum Step {
        STAGED,
        DECIDED,
        FIRST_PUBLISHED,
        /** Of a Delta table: the files are there, and its log does not say so yet. */
        IN_PLACE,
        /** Of an exchange: the many files are one. */
        JOINED,
        /** Of an exchange: that one is the new one, under an old one's name. */
        REPLACED,
        PUBLISHED,
        SUMMED
    }

    /** @param delta whether the table is a Delta table with it */
    private record Undone(LedgerEntry entry, boolean delta) {}

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
        this.newFile = new NewFile(folder, files, hadoop);
        this.delta = new DeltaLog(paths.table(topic), newFile, hadoop);
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
    LedgerEntry commit(Change change) throws IOException {
        return commit(change, false);
    }

    /** @param alone whether all that others have decided must be done before */
    private synchronized @Nullable LedgerEntry commit(Change change, boolean alone) throws IOException {
        while (true) {
            if (isBehind()) {
                load(TRUST);
            }
            if (alone || state.delta()) {
                finish(state, Duration.ZERO, true);
            }
            LedgerEntry entry = change.after(state);
            if (entry == null) {
                return null;
            }
            LedgerState next = state.plus(List.of(entry));
            reached.accept(Step.STAGED);
            table.requireStaged(entry);
            if (!newFile.create(path(entry.number(), ENTRY), LedgerJson.write(entry))) {
                // Another process has written this number: what it decided comes first.
                catchUp();
                continue;
            }
            reached.accept(Step.DECIDED);
            apply(new Undone(entry, next.delta()), Set.copyOf(entry.add()), Set.copyOf(entry.complete()), next);
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
        addUndone(entries, state.delta());
        LedgerState caughtUp = state.plus(entries);
        finish(caughtUp, TRUST, false);
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

    /**
     * Does what others have decided and have had the time to do; what a later entry has undone is left alone.
     *
     * @param all whether they have had the time or not
     */
    private void finish(LedgerState after, Duration trust, boolean all) throws IOException {
        if (undone.isEmpty()) {
            return;
        }
        Instant trusted = Instant.now().minus(trust);
        Set<DataFile> live = Set.copyOf(after.files());
        Set<CompleteHour> complete = Set.copyOf(after.complete());
        // A version of a Delta table follows that of the entry before, whatever another machine's clock says.
        for (Undone next = undone.peek();
                next != null && (all || next.delta() || !next.entry().at().isAfter(trusted));
                next = undone.peek()) {
            apply(next, live, complete, after);
            undone.remove();
        }
    }

    private void addUndone(List<LedgerEntry> entries, boolean isDelta) {
        boolean delta = isDelta;
        for (LedgerEntry entry : entries) {
            delta |= entry.kind() == LedgerEntry.Kind.DELTA;
            undone.add(new Undone(entry, delta));
        }
    }

    private void apply(Undone change, Set<DataFile> live, Set<CompleteHour> complete, LedgerState after)
            throws IOException {
        LedgerEntry entry = change.entry();
        table.apply(entry, live, complete, change.delta());
        if (entry.kind() == LedgerEntry.Kind.DELTA) {
            delta.begin(after, TableLayout.of(topic).schema());
        } else if (change.delta()) {
            reached.accept(Step.IN_PLACE);
            delta.publish(entry);
        }
    }

    /** Makes the table a Delta table, unless it is one, with the columns that it has now. */
    synchronized void makeDelta() throws IOException {
        LedgerEntry unused = commit(state -> state.delta() ? null : LedgerEntry.delta(state.number() + 1), true);
        delta.evolve(TableLayout.of(topic).schema());
    }

    /** The log of a Delta table. */
    DeltaLog delta() {
        return delta;
    }

    /**
     * Deletes files of a Delta table that have not been part of it for some time: until then, who reads an earlier
     * version finds them.
     */
    synchronized void forget(Duration kept) throws IOException {
        if (!state.delta()) {
            return;
        }
        Instant oldest = Instant.now().minus(kept);
        for (Path path : entries(written()).tailMap(forgotten, false).values()) {
            LedgerEntry entry = read(path, LedgerEntry.class);
            if (entry.at().isAfter(oldest) || entry.number() > state.number()) {
                break;
            }
            for (String removed : entry.remove()) {
                table.delete(table.path(removed));
            }
            forgotten = entry.number();
        }
    }

    /** Deletes what crashed processes have staged and nobody will publish. */
    synchronized void sweep() throws IOException {
        table.sweep(undone.stream()
                .flatMap(change -> change.entry().staged().stream())
                .toList());
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
        List<Path> written = written();
        Optional<Path> last = written.stream()
                .filter(path -> path.getName().endsWith(SNAPSHOT))
                .max(Comparator.comparing(path -> number(path.getName())));
        LedgerState loaded = last.isEmpty() ? LedgerState.EMPTY : read(last.get(), LedgerState.class);
        snapshot = loaded.number();
        List<LedgerEntry> after = new ArrayList<>();
        for (Path path : entries(written).tailMap(loaded.number(), false).values()) {
            after.add(read(path, LedgerEntry.class));
        }
        undone.clear();
        addUndone(after, loaded.delta());
        delta.reload();
        LedgerState caughtUp = loaded.plus(after);
        finish(caughtUp, trust, false);
        state = caughtUp;
    }

    /** All entries and snapshots there are. */
    private List<Path> written() throws IOException {
        List<Path> written = new ArrayList<>();
        if (files.util().exists(folder)) {
            RemoteIterator<FileStatus> listing = files.listStatus(folder);
            while (listing.hasNext()) {
                Path path = listing.next().getPath();
                if (path.getName().endsWith(ENTRY) && !path.getName().startsWith("_")) {
                    written.add(path);
                }
            }
        }
        return written;
    }

    private static NavigableMap<Long, Path> entries(List<Path> written) {
        NavigableMap<Long, Path> entries = new TreeMap<>();
        for (Path path : written) {
            if (!path.getName().endsWith(SNAPSHOT)) {
                entries.put(number(path.getName()), path);
            }
        }
        return entries;
    }

    /** Puts the state into one file; entries that it sums up are deleted once no process can be that far behind. */
    private void sum() throws IOException {
        boolean unused = newFile.create(path(state.number(), SNAPSHOT), LedgerJson.write(state));
        if (state.delta()) {
            delta.checkpoint();
        }
        reached.accept(Step.SUMMED);
        snapshot = state.number();
        long oldest = System.currentTimeMillis() - KEPT.toMillis();
        RemoteIterator<FileStatus> listing = files.listStatus(folder);
        while (listing.hasNext()) {
            FileStatus file = listing.next();
            String name = file.getPath().getName();
            // What starts with _ was being written by a process that has ended since.
            boolean isDone = name.startsWith("_")
                    || (number(name) < snapshot && (name.endsWith(SNAPSHOT) || !isRemembered(number(name))));
            if (isDone && file.getModificationTime() < oldest) {
                files.delete(file.getPath(), false);
            }
        }
    }

    /** Whether what an entry has removed may still be there. */
    private boolean isRemembered(long number) {
        return state.delta() && number > forgotten;
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
