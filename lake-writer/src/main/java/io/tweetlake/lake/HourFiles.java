package io.tweetlake.lake;

import io.tweetlake.ledger.DataFile;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Writes rows to one file an hour. Few files are open at once: rows of further hours wait, and are then written hour by
 * hour, so that late rows of many hours cost neither memory nor more files. One thread uses it.
 */
final class HourFiles {
    private static final int MAX_OPEN = 12;
    private static final int MAX_WAITING = 50_000;
    private static final DateTimeFormatter FOLDERS =
            DateTimeFormatter.ofPattern("'date='uuuu-MM-dd/'hour='HH").withZone(ZoneOffset.UTC);

    private final TableLayout layout;
    private final Path folder;
    private final String prefix;
    private final Configuration hadoop;
    private final boolean inOrder;
    private final Map<Long, HourFile> open = new HashMap<>();
    private final Map<Long, List<InternalRow>> waiting = new TreeMap<>();
    private final List<StagedFile> done = new ArrayList<>();
    private int waitingRows;

    /**
     * A file that is written and checked, and not yet published.
     *
     * @param file as it will be called
     * @param staged where it lies, below the folder
     */
    record StagedFile(DataFile file, String staged) implements java.io.Serializable {}

    /**
     * @param folder where the files are written
     * @param prefix of their names there
     */
    HourFiles(TableLayout layout, Path folder, String prefix, Configuration hadoop) {
        this(layout, folder, prefix, hadoop, false);
    }

    private HourFiles(TableLayout layout, Path folder, String prefix, Configuration hadoop, boolean inOrder) {
        this.inOrder = inOrder;
        this.layout = layout;
        this.folder = folder;
        this.prefix = prefix;
        this.hadoop = hadoop;
    }

    /** For rows that come in the order of their hours: a file ends when the next hour begins. */
    static HourFiles inOrder(TableLayout layout, Path folder, Configuration hadoop) {
        String prefix = "ordered-" + TaskContext.get().taskAttemptId();
        return new HourFiles(layout, folder, prefix, hadoop, true);
    }

    /** Where rows of an hour since 1970 belong. */
    static String partition(long hour) {
        return FOLDERS.format(Instant.ofEpochSecond(hour * 3600));
    }

    /** @param row is not kept: the next one may reuse it */
    void write(InternalRow row) throws IOException {
        long hour = layout.hourOf(row);
        HourFile file = open.get(hour);
        if (file == null && inOrder) {
            endOpen();
        }
        if (file == null && open.size() < MAX_OPEN && !waiting.containsKey(hour)) {
            file = begin(hour);
            open.put(hour, file);
        }
        if (file != null) {
            file.write(row);
            return;
        }
        waiting.computeIfAbsent(hour, key -> new ArrayList<>()).add(row.copy());
        if (++waitingRows == MAX_WAITING) {
            writeWaiting();
        }
    }

    /** Ends and checks the files. */
    List<StagedFile> close() throws IOException {
        endOpen();
        writeWaiting();
        return List.copyOf(done);
    }

    private void endOpen() throws IOException {
        for (HourFile file : open.values()) {
            done.add(file.close());
        }
        open.clear();
    }

    private void writeWaiting() throws IOException {
        for (Map.Entry<Long, List<InternalRow>> hour : waiting.entrySet()) {
            HourFile file = begin(hour.getKey());
            for (InternalRow row : hour.getValue()) {
                file.write(row);
            }
            done.add(file.close());
        }
        waiting.clear();
        waitingRows = 0;
    }

    private HourFile begin(long hour) throws IOException {
        String staged = prefix + "-" + (done.size() + open.size());
        return new HourFile(layout, partition(hour), folder, staged, hadoop);
    }
}
