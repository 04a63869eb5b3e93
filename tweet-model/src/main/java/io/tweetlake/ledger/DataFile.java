package io.tweetlake.ledger;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * A published Parquet file.
 *
 * @param path below its table: {@code date=…/hour=…/….parquet}
 * @param offsets by Kafka partition, from the first of the file's rows to the last of them
 * @param entry the ledger's entry that made it what it is; 0 before there is one
 */
public record DataFile(String path, long rows, long bytes, Map<Integer, OffsetRange> offsets, long entry)
        implements Serializable {
    public DataFile {
        offsets = Map.copyOf(offsets);
    }

    /** The folders below the table, {@code date=…/hour=…}. */
    public String partition() {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /** The path's last part. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The same rows under another name. */
    public DataFile as(String newName) {
        return new DataFile(partition() + "/" + newName, rows, bytes, offsets, entry);
    }

    DataFile in(long newEntry) {
        return new DataFile(path, rows, bytes, offsets, newEntry);
    }

    /**
     * What a file of such rows is called: the first of its Kafka partitions with its first and last offset, and how
     * many partitions more. No two files of an hour have rows in common, so no two of them are called the same.
     *
     * @param offsets of the file's rows, not empty
     */
    public static String nameOf(Map<Integer, OffsetRange> offsets) {
        Map.Entry<Integer, OffsetRange> first = new TreeMap<>(offsets).firstEntry();
        String others = offsets.size() > 1 ? "+" + (offsets.size() - 1) : "";
        return "%d-%d-%d%s"
                .formatted(
                        first.getKey(),
                        first.getValue().from(),
                        first.getValue().until() - 1,
                        others);
    }
}
