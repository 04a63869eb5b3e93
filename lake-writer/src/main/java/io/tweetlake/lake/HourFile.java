package io.tweetlake.lake;

import io.tweetlake.lake.HourFiles.StagedFile;
import io.tweetlake.ledger.DataFile;
import io.tweetlake.ledger.OffsetRange;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.spark.sql.catalyst.InternalRow;

/** A file of rows of one hour's folder while it is written. One thread uses it. */
final class HourFile {
    private final TableLayout layout;
    private final String partition;
    private final Path folder;
    private final String staged;
    private final Configuration hadoop;
    private final ParquetWriter<InternalRow> writer;
    private final Map<Integer, long[]> offsets = new TreeMap<>();
    private long rows;

    /**
     * @param partition the folder that it will be published in
     * @param folder where it is written
     * @param staged its name there
     */
    HourFile(TableLayout layout, String partition, Path folder, String staged, Configuration hadoop)
            throws IOException {
        this.layout = layout;
        this.partition = partition;
        this.folder = folder;
        this.staged = staged;
        this.hadoop = hadoop;
        this.writer = ParquetFiles.create(new Path(folder, staged), layout.schema(), hadoop);
    }

    void write(InternalRow row) throws IOException {
        writer.write(row);
        rows++;
        long offset = row.getLong(layout.offset());
        long[] range = offsets.computeIfAbsent(row.getInt(layout.partition()), key -> new long[] {offset, offset});
        range[0] = Math.min(range[0], offset);
        range[1] = Math.max(range[1], offset);
    }

    /** Ends and checks it. */
    StagedFile close() throws IOException {
        writer.close();
        long bytes = ParquetFiles.check(new Path(folder, staged), rows, hadoop);
        Map<Integer, OffsetRange> ranges = new TreeMap<>();
        offsets.forEach((kafkaPartition, range) -> ranges.put(kafkaPartition, new OffsetRange(range[0], range[1] + 1)));
        String path = partition + "/" + DataFile.nameOf(ranges) + ".parquet";
        return new StagedFile(new DataFile(path, rows, bytes, ranges, 0), staged);
    }
}
