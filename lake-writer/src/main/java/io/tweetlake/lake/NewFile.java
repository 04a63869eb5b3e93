package io.tweetlake.lake;

import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * Writes files that appear whole and that nobody replaces: of two processes that write the same one, one is told so.
 * Thread-safe.
 *
 * @param written where a file is written before it gets its name; what a crash leaves there begins with {@code _}
 */
record NewFile(Path written, FileContext files, Configuration hadoop) {

    /** False if there is such a file already. */
    boolean create(Path path, byte[] content) throws IOException {
        FileSystem store = path.getFileSystem(hadoop);
        return store.hasPathCapability(path, FS_OPTION_CREATE_CONDITIONAL_OVERWRITE)
                ? put(store, path, content)
                : rename(path, content);
    }

    private boolean rename(Path path, byte[] content) throws IOException {
        Path unnamed = new Path(written, "_" + UUID.randomUUID() + ".json");
        try (OutputStream out =
                files.create(unnamed, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
            out.write(content);
        }
        try {
            files.rename(unnamed, path, Options.Rename.NONE);
            return true;
        } catch (FileAlreadyExistsException e) {
            files.delete(unnamed, false);
            return false;
        }
    }

    /**
     * On an object store a rename is a copy that replaces what is there; a conditional PUT does not.
     *
     * @return false if there is another such file already
     * @throws IOException if it is not known to be written whole
     */
    static boolean put(FileSystem store, Path path, byte[] content) throws IOException {
        // A store that passes over the condition is at least looked at.
        if (store.exists(path)) {
            return false;
        }
        FSDataOutputStreamBuilder<?, ?> builder = store.createFile(path).recursive();
        builder.must(FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
        FSDataOutputStream out = builder.build();
        try {
            out.write(content);
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
                return Arrays.equals(in.readAllBytes(), content);
            }
        }
    }
}
