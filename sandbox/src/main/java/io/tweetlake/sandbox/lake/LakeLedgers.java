package io.tweetlake.sandbox.lake;

import io.tweetlake.ledger.LedgerEntry;
import io.tweetlake.ledger.LedgerJson;
import io.tweetlake.ledger.LedgerState;
import io.tweetlake.ledger.PurgeReport;
import io.tweetlake.topic.Topic;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What lake-writer has put on record beside the tables. Thread-safe. */
public final class LakeLedgers {
    private static final String SNAPSHOT = ".snapshot.json";
    private static final String JSON = ".json";
    private static final int READ_ATTEMPTS = 5;

    private final Path root;
    private final FileSystem files;

    LakeLedgers(Path root, FileSystem files) {
        this.root = root;
        this.files = files;
    }

    /**
     * A table's state; an empty one if nothing has been written.
     *
     * @throws IllegalArgumentException if its ledger has a hole
     */
    public LedgerState state(Topic<?, ?> topic) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return stateOnce(new Path(root, "_ledger/" + topic.lakePath()));
            } catch (FileNotFoundException e) {
                // Entries go once they are summed up: lake-writer may have done so while this was reading.
                if (attempt == READ_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** All purges there were, the oldest first. */
    public List<PurgeReport> purges() throws IOException {
        List<PurgeReport> reports = new ArrayList<>();
        for (Path path : named(new Path(root, "_purge"), JSON).values()) {
            reports.add(read(path, PurgeReport.class));
        }
        return reports;
    }

    private LedgerState stateOnce(Path folder) throws IOException {
        NavigableMap<String, Path> all = named(folder, JSON);
        LedgerState state = LedgerState.EMPTY;
        for (Path path : all.descendingMap().values()) {
            if (path.getName().endsWith(SNAPSHOT)) {
                state = read(path, LedgerState.class);
                break;
            }
        }
        List<LedgerEntry> entries = new ArrayList<>();
        for (Path path : all.values()) {
            if (!path.getName().endsWith(SNAPSHOT) && number(path) > state.number()) {
                entries.add(read(path, LedgerEntry.class));
            }
        }
        return state.plus(entries);
    }

    private static long number(Path path) {
        return Long.parseLong(path.getName().substring(0, path.getName().indexOf('.')));
    }

    /** What starts with {@code _} is being written. */
    private NavigableMap<String, Path> named(Path folder, String suffix) throws IOException {
        NavigableMap<String, Path> found = new TreeMap<>();
        if (files.exists(folder)) {
            for (FileStatus file : files.listStatus(folder)) {
                String name = file.getPath().getName();
                if (name.endsWith(suffix) && !name.startsWith("_")) {
                    found.put(name, file.getPath());
                }
            }
        }
        return found;
    }

    private <T> T read(Path path, Class<T> type) throws IOException {
        try (InputStream in = files.open(path)) {
            return LedgerJson.read(in, type);
        }
    }
}
