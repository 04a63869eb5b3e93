package io.tweetlake.lake;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * The footer that makes one Parquet file of several that are joined end to end: all their row groups, each where it
 * then lies (Parquet format, "File format": https://parquet.apache.org/docs/file-format/).
 */
final class JointFooter {
    private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
    private static final int TAIL = 8;

    private JointFooter() {}

    /**
     * Writes the footer of some files, in the order in which they are to be joined.
     *
     * @throws IOException if their columns differ
     */
    static void write(Path footer, List<Path> inputs, FileContext files, Configuration hadoop) throws IOException {
        FileMetaData joint = null;
        List<RowGroup> groups = new ArrayList<>();
        long rows = 0;
        long begin = 0;
        for (Path input : inputs) {
            long length = files.getFileStatus(input).getLen();
            FileMetaData one = read(input, length, files);
            if (joint == null) {
                joint = one;
            } else if (!required(joint.getSchema()).equals(one.getSchema())) {
                throw new IOException("the columns of " + input + " are not those of " + inputs.get(0));
            }
            for (RowGroup group : required(one.getRow_groups())) {
                shift(group, begin);
                group.setOrdinal((short) groups.size());
                groups.add(group);
            }
            rows += one.getNum_rows();
            begin += length;
        }
        if (joint == null) {
            throw new IllegalArgumentException("no files");
        }
        joint.setRow_groups(groups);
        joint.setNum_rows(rows);
        try (FSDataOutputStream out = files.create(
                footer, EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE), Options.CreateOpts.createParent())) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            Util.writeFileMetaData(joint, bytes);
            bytes.writeTo(out);
            writeLittleEndian(out, bytes.size());
            out.write(MAGIC);
        }
    }

    private static FileMetaData read(Path path, long length, FileContext files) throws IOException {
        try (FSDataInputStream in = files.open(path)) {
            byte[] tail = new byte[TAIL];
            in.readFully(length - TAIL, tail);
            long size = (tail[0] & 0xff) | (tail[1] & 0xff) << 8 | (tail[2] & 0xff) << 16 | (long) tail[3] << 24;
            in.seek(length - TAIL - size);
            return Util.readFileMetaData(in);
        }
    }

    private static void shift(RowGroup group, long by) {
        if (group.isSetFile_offset()) {
            group.setFile_offset(group.getFile_offset() + by);
        }
        for (ColumnChunk column : required(group.getColumns())) {
            column.setFile_offset(column.getFile_offset() + by);
            if (column.isSetOffset_index_offset()) {
                column.setOffset_index_offset(column.getOffset_index_offset() + by);
            }
            if (column.isSetColumn_index_offset()) {
                column.setColumn_index_offset(column.getColumn_index_offset() + by);
            }
            ColumnMetaData data = required(column.getMeta_data());
            data.setData_page_offset(data.getData_page_offset() + by);
            if (data.isSetDictionary_page_offset()) {
                data.setDictionary_page_offset(data.getDictionary_page_offset() + by);
            }
            if (data.isSetIndex_page_offset()) {
                data.setIndex_page_offset(data.getIndex_page_offset() + by);
            }
            if (data.isSetBloom_filter_offset()) {
                data.setBloom_filter_offset(data.getBloom_filter_offset() + by);
            }
        }
    }

    /** What the format requires is there. */
    private static <T> T required(@Nullable T value) {
        return Objects.requireNonNull(value, "a Parquet footer without a required field");
    }

    private static void writeLittleEndian(DataOutputStream out, int value) throws IOException {
        out.writeInt(Integer.reverseBytes(value));
    }
}
