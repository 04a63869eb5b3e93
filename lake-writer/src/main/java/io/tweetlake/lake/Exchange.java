package io.tweetlake.lake;

import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

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
            if (canJoin()) {
                exchangeByJoining();
            } else {
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

    private void exchangeByJoining() throws IOException {
        Path first = inputs.get(0);
        List<Path> others = inputs.subList(1, inputs.size());
        if (exists(others.get(0))) {
            JointFooter.write(joint, inputs, files, hadoop);
            FileSystem joining = output.getFileSystem(hadoop);
            Path[] behind = new Path[inputs.size()];
            for (int i = 0; i < others.size(); i++) {
                behind[i] = others.get(i);
            }
            behind[others.size()] = joint;
            joining.concat(first, behind);
            reached.accept(Ledger.Step.JOINED);
        }
        if (exists(staged)) {
            files.rename(staged, first, Options.Rename.OVERWRITE);
            reached.accept(Ledger.Step.REPLACED);
        }
        files.rename(first, output, Options.Rename.NONE);
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
