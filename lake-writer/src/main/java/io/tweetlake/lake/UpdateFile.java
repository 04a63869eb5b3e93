package io.tweetlake.lake;

import java.io.IOException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/**
 * Stages a task's updates, of whichever hours, in one file: {@link LastOfKey} sorts them into their hours. One thread
 * uses it.
 */
final class UpdateFile {
    private final TableLayout layout;
    private final Path folder;
    private final String name;
    private final Configuration hadoop;
    private final Set<Long> hours = new HashSet<>();
    private @Nullable ParquetWriter<InternalRow> writer;
    private long rows;

    /**
     * Updates that wait to be merged.
     *
     * @param staged where they lie, below the folder
     * @param hours the partitions that they are of
     */
    record Updates(String staged, Set<String> hours) implements Serializable {}

    /** @param folder where the file is written, if there is a row */
    UpdateFile(TableLayout layout, Path folder, String name, Configuration hadoop) {
        this.layout = layout;
        this.folder = folder;
        this.name = name;
        this.hadoop = hadoop;
    }

    void write(InternalRow row) throws IOException {
        if (writer == null) {
            writer = ParquetFiles.create(new Path(folder, name), layout.schema(), hadoop);
        }
        writer.write(row);
        hours.add(layout.hourOf(row));
        rows++;
    }

    /** Ends and checks the file; empty if there was no row. */
    List<Updates> close() throws IOException {
        if (writer == null) {
            return List.of();
        }
        writer.close();
        long unused = ParquetFiles.check(new Path(folder, name), rows, hadoop);
        return List.of(
                new Updates(name, hours.stream().map(HourFiles::partition).collect(Collectors.toUnmodifiableSet())));
    }
}
