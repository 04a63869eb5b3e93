package io.tweetlake.lake;

import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one file in the place of many that hold the same rows.
 *
 * <p>No file system renames one file over many. HDFS can join files in one step, though, and a Parquet file is read
 * from its end: the files are joined with a footer of all their row groups behind them, which makes them one file in
 * one step without a byte copied; the well-written file is then renamed over it, and the name set right. So every
 * reader sees each row once at any time. A file system that cannot join deletes the many before the one appears: for
 * that moment a reader misses their rows, and never sees one twice. See ADR 15.
 */
final class Exchange {
    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    private final TableFiles table;
    private final FileContext files;
    private final Configuration hadoop;
    private final Consumer<Ledger.Step> reached;
    private final List<Path> inputs;
    private final Path staged;
    private final Path output;
    private final Path joint;

    Exchange(
            TableFiles table,
            FileContext files,
            Configuration hadoop,
            LedgerEntry entry,
            Consumer<Ledger.Step> reached) {
        DataFile compacted = entry.add().get(0);
        this.table = table;
        this.files = files;
        this.hadoop = hadoop;
        this.reached = reached;
        this.inputs = entry.remove().stream().map(table::path).toList();
        this.staged = table.staging(entry.staged().get(0));
        this.output = table.path(compacted);
        // Readers pass over names that begin with _; joining asks for the same folder.
        this.joint = new Path(output.getParent(), "_footer-" + entry.number());
    }

    /** Does it, from wherever an earlier try has come to. */
    void run() throws IOException {
        if (!exists(output)) {
            if (!canJoin() || !join()) {
                for (Path input : inputs) {
                    table.delete(input);
                }
                files.rename(staged, output, Options.Rename.NONE);
            }
        }
        table.delete(joint);
    }

    private boolean canJoin() throws IOException {
        return inputs.size() > 1
                && output.getFileSystem(hadoop).hasPathCapability(output, CommonPathCapabilities.FS_CONCAT);
    }

    /** False if the file system refuses, as HDFS does in an encryption zone or under a snapshot. */
    private boolean join() throws IOException {
        Path first = inputs.get(0);
        List<Path> others = inputs.subList(1, inputs.size());
        if (exists(others.get(0))) {
            JointFooter.write(joint, inputs, files, hadoop);
            List<Path> behind = new ArrayList<>(others);
            behind.add(joint);
            try {
                output.getFileSystem(hadoop).concat(first, behind.toArray(Path[]::new));
            } catch (IOException e) {
                if (exists(others.get(0))) {
                    log.warn("{} cannot be joined, they are exchanged one by one: {}", inputs, e.toString());
                    return false;
                }
                throw e;
            }
            reached.accept(Ledger.Step.JOINED);
        }
        if (exists(staged)) {
            files.rename(staged, first, Options.Rename.OVERWRITE);
            reached.accept(Ledger.Step.REPLACED);
        }
        files.rename(first, output, Options.Rename.NONE);
        return true;
    }

    private boolean exists(Path path) throws IOException {
        try {
            files.getFileStatus(path);
            return true;
        } catch (FileNotFoundException e) {
            return false;
        }
    }
}
