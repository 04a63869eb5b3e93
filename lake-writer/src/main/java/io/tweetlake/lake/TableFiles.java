package io.tweetlake.lake;

import io.tweetlake.ledger.CompleteHour;
import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.LedgerJson;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A table's files on the file system. What a ledger entry says is done so that it can be done again at any point, and
 * every step is atomic where a rename is: a reader sees each row once before it, and after it.
 */
final class TableFiles {
    private static final Duration LONGEST_STAGING = Duration.ofHours(6);

    private final Path table;
    private final Path staging;
    private final FileContext files;
    private final Configuration hadoop;
    private final Consumer<Ledger.Step> reached;
    private final Set<String> folders = new HashSet<>();
    /** What this process stages and has neither published nor given up. */
    private final Set<String> inFlight = ConcurrentHashMap.newKeySet();

    TableFiles(Path table, Path staging, FileContext files, Configuration hadoop, Consumer<Ledger.Step> reached) {
        this.table = table;
        this.staging = staging;
        this.files = files;
        this.hadoop = hadoop;
        this.reached = reached;
    }

    Path path(DataFile file) {
        return path(file.path());
    }

    Path path(String file) {
        return new Path(table, file);
    }

    Path root() {
        return table;
    }

    Path stagingRoot() {
        return staging;
    }

    /** The path in a name that Spark's {@code input_file_name} gives, which is a URI. */
    static String pathOf(String inputFileName) {
        return new Path(URI.create(inputFileName)).toUri().getPath();
    }

    /**
     * A name for a folder of files that are not published yet: no sweep takes it until it is discarded.
     *
     * @param work what the files are for
     */
    String begin(String work) {
        String name = work + "-" + UUID.randomUUID();
        inFlight.add(name);
        return name;
    }

    /** Where a staging folder is, or a file in one. */
    Path staging(String name) {
        return new Path(staging, name);
    }

    Configuration hadoop() {
        return hadoop;
    }

    /**
     * Does what an entry says, or what is left of it.
     *
     * @param live the table's files after the last entry that is known: what a later one has undone is left alone
     * @param complete its complete hours then
     * @param delta whether it is a Delta table: no file is then replaced or removed, its log says which count
     */
    void apply(LedgerEntry entry, Set<DataFile> live, Set<CompleteHour> complete, boolean delta) throws IOException {
        if (entry.kind() == LedgerEntry.Kind.REBUILT) {
            return;
        }
        if (entry.kind() == LedgerEntry.Kind.COMPACT && !delta) {
            if (live.contains(entry.add().get(0))) {
                new Exchange(this, files, hadoop, entry, reached).run();
            }
            return;
        }
        for (int i = 0; i < entry.add().size(); i++) {
            if (live.contains(entry.add().get(i))) {
                publish(
                        entry.add().get(i),
                        entry.staged().get(i),
                        delta ? Options.Rename.NONE : Options.Rename.OVERWRITE);
            }
            if (i == 0) {
                reached.accept(Ledger.Step.FIRST_PUBLISHED);
            }
        }
        if (!delta) {
            for (String removed : entry.remove()) {
                delete(path(removed));
            }
        }
        for (CompleteHour hour : entry.complete()) {
            if (complete.contains(hour)) {
                mark(hour);
            }
        }
    }

    /**
     * Looks whether all that an entry names is there, and whole: once it is decided it cannot be taken back.
     *
     * @throws IOException if it is not
     */
    void requireStaged(LedgerEntry entry) throws IOException {
        // A ledger that is made anew names files that are in their places.
        for (int i = 0; i < entry.staged().size(); i++) {
            Path path = staging(entry.staged().get(i));
            long bytes;
            try {
                bytes = files.getFileStatus(path).getLen();
            } catch (FileNotFoundException e) {
                throw new IOException(
                        "%s is gone before it was published: something else deletes files below %s. Nothing is lost, it is written again"
                                .formatted(path, staging),
                        e);
            }
            if (bytes != entry.add().get(i).bytes()) {
                throw new IOException("%s has %d bytes, %d were written"
                        .formatted(path, bytes, entry.add().get(i).bytes()));
            }
        }
    }

    /** Renames a staged file to its place; it is there already if this is a repeat. */
    private void publish(DataFile file, String staged, Options.Rename how) throws IOException {
        if (folders.add(file.partition())) {
            files.mkdir(path(file.partition()), null, true);
        }
        try {
            files.rename(staging(staged), path(file), how);
        } catch (IOException e) {
            // Of a Delta table another process may be doing the same, and each store has its own words for that.
            boolean mayBeThere = how == Options.Rename.NONE || e instanceof FileNotFoundException;
            if (!mayBeThere) {
                throw e;
            }
            if (!files.util().exists(path(file))) {
                throw new IOException(
                        "neither " + staging(staged) + " nor " + path(file) + " exists: the file is lost", e);
            }
        }
    }

    /** Workflow tools look for such a file; Spark's and Hadoop's own jobs leave one of the same name. */
    private void mark(CompleteHour hour) throws IOException {
        Path written = path(hour.partition() + "/_" + UUID.randomUUID());
        try (OutputStream out =
                files.create(written, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
            out.write(LedgerJson.write(hour));
        }
        files.rename(written, path(hour.partition() + "/_SUCCESS"), Options.Rename.OVERWRITE);
    }

    void delete(Path path) throws IOException {
        try {
            files.delete(path, false);
        } catch (FileNotFoundException gone) {
            // A repeat.
        }
    }

    /** Leaves a staging folder to the sweep: what went wrong may have come after the decision. */
    void giveUp(String stagingFolder) {
        inFlight.remove(stagingFolder);
    }

    /** Deletes a folder of staged files that no entry names any more. */
    void discard(String stagingFolder) throws IOException {
        giveUp(stagingFolder);
        try {
            files.delete(staging(stagingFolder), true);
        } catch (FileNotFoundException gone) {
            // Nothing was staged.
        }
    }

    /**
     * Deletes what crashed processes have staged and nobody will publish: no live one stages for so long.
     *
     * @param decided staged files that entries name and that may not be published yet
     */
    void sweep(Collection<String> decided) throws IOException {
        Set<String> kept = new HashSet<>(inFlight);
        decided.forEach(file -> kept.add(file.substring(0, file.indexOf('/'))));
        long oldest = System.currentTimeMillis() - LONGEST_STAGING.toMillis();
        if (files.util().exists(staging)) {
            for (FileStatus folder : files.util().listStatus(staging)) {
                if (!kept.contains(folder.getPath().getName()) && lastWritten(folder) < oldest) {
                    files.delete(folder.getPath(), true);
                }
            }
        }
    }

    /** Folders of an object store have no time of their own: it says that they were written just now. */
    private long lastWritten(FileStatus folder) throws IOException {
        long last = Long.MIN_VALUE;
        try {
            RemoteIterator<LocatedFileStatus> listing = files.util().listFiles(folder.getPath(), true);
            while (listing.hasNext()) {
                last = Math.max(last, listing.next().getModificationTime());
            }
        } catch (FileNotFoundException published) {
            return Long.MAX_VALUE; // since it was listed
        }
        return last == Long.MIN_VALUE ? folder.getModificationTime() : last;
    }

    /** Whether there are files that are not published. */
    boolean isStaging() throws IOException {
        return !below(staging, "").isEmpty();
    }

    /** All published files there are, whatever the ledger says. */
    List<Path> published() throws IOException {
        int root = table.toUri().getPath().length();
        return below(table, ".parquet").stream()
                .filter(file -> !file.toUri().getPath().substring(root).contains("/_"))
                .toList();
    }

    private List<Path> below(Path folder, String suffix) throws IOException {
        List<Path> found = new ArrayList<>();
        if (files.util().exists(folder)) {
            RemoteIterator<LocatedFileStatus> listing = files.util().listFiles(folder, true);
            while (listing.hasNext()) {
                Path path = listing.next().getPath();
                if (path.getName().endsWith(suffix)) {
                    found.add(path);
                }
            }
        }
        return found;
    }
}
