package io.tweetlake.lake;

import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.LedgerEntry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
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
    /** What the names of all processes' joint footers begin with. */
    private final String footers;
    /** The staged file, once it is certain that it takes the place of the many without their being joined. */
    private final Path claimed;

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
        this.footers = "_footer-" + entry.number() + "-";
        this.joint = new Path(output.getParent(), footers + UUID.randomUUID());
        this.claimed = new Path(output.getParent(), "_exchange-" + entry.number());
    }

    /** Does it, from wherever an earlier try, or another process that does the same, has come to. */
    void run() throws IOException {
        try {
            if (!exists(output) && (exists(claimed) || !canJoin() || !join())) {
                exchangeOneByOne();
            }
        } catch (IOException e) {
            if (!exists(output)) {
                throw e;
            }
            log.info("{} was made by another process", output);
        }
        table.delete(claimed);
        for (FileStatus file : files.util().listStatus(output.getParent())) {
            if (file.getPath().getName().startsWith(footers)) {
                table.delete(file.getPath());
            }
        }
    }

    private void exchangeOneByOne() throws IOException {
        Path whole = canJoin() ? claim() : staged;
        if (!exists(whole)) {
            throw new IOException(staged + " is gone, and so is what it was made of: its rows are lost");
        }
        if (!whole.equals(inputs.get(0))) {
            for (Path input : inputs) {
                table.delete(input);
            }
        }
        files.rename(whole, output, Options.Rename.NONE);
    }

    /**
     * Takes the staged file out of the reach of any process that joins: no input goes before that.
     *
     * @return where all rows are
     */
    private Path claim() throws IOException {
        if (!exists(claimed)) {
            try {
                files.rename(staged, claimed, Options.Rename.NONE);
            } catch (FileNotFoundException e) {
                // Another process has joined the many since, and put the staged file over the first.
                if (!exists(inputs.get(1))) {
                    return inputs.get(0);
                }
                throw e;
            }
        }
        return claimed;
    }

    /** HDFS alone: the local file system says that it can, and leaves what it has joined where it was. */
    private boolean canJoin() throws IOException {
        return inputs.size() > 1
                && "hdfs".equals(output.getFileSystem(hadoop).getUri().getScheme())
                && output.getFileSystem(hadoop).hasPathCapability(output, CommonPathCapabilities.FS_CONCAT);
    }

    /**
     * False if the file system refuses, as HDFS does in an encryption zone or under a snapshot, or one of the many
     * cannot be read: the staged file has all their rows.
     */
    private boolean join() throws IOException {
        Path first = inputs.get(0);
        List<Path> others = inputs.subList(1, inputs.size());
        if (exists(others.get(0))) {
            List<Path> behind = new ArrayList<>(others);
            behind.add(joint);
            try {
                JointFooter.write(joint, inputs, files, hadoop);
                output.getFileSystem(hadoop).concat(first, behind.toArray(Path[]::new));
            } catch (IOException e) {
                if (exists(staged)) {
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
