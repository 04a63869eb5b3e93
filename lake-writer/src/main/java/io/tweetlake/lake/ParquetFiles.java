package io.tweetlake.lake;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * How the lake's Parquet files are written: zstd, and dictionaries where they help. {@code benchmarks/README.md} has
 * the measurements behind the numbers.
 */
final class ParquetFiles {
    private ParquetFiles() {}

    /** Begins a file; one of that name is replaced. */
    static ParquetWriter<InternalRow> create(Path path, StructType schema, Configuration hadoop) throws IOException {
        return builder(path, schema, hadoop).build();
    }

    static ParquetWriter.Builder<InternalRow, ?> builder(Path path, StructType schema, Configuration hadoop)
            throws IOException {
        return new Builder(HadoopOutputFile.fromPath(path, hadoop), schema)
                .withConf(hadoop)
                .withWriteMode(org.apache.parquet.hadoop.ParquetFileWriter.Mode.OVERWRITE)
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withDictionaryEncoding(true)
                // No two deliveries, ids, texts or offsets are the same: a dictionary of them is built, grows too large
                // and
                // is thrown away.
                .withDictionaryEncoding("value", false)
                .withDictionaryEncoding("text", false)
                .withDictionaryEncoding("cleaned_text", false)
                .withDictionaryEncoding("key", false)
                .withDictionaryEncoding("id", false)
                .withDictionaryEncoding("offset", false)
                .withDictionaryEncoding("kafka_offset", false);
    }

    /**
     * Reads a file's footer back.
     *
     * @return its length in bytes
     * @throws IOException if it is not a whole Parquet file of so many rows
     */
    static long check(Path path, long rows, Configuration hadoop) throws IOException {
        HadoopInputFile file = HadoopInputFile.fromPath(path, hadoop);
        try (ParquetFileReader reader = open(file)) {
            long inFooter = reader.getRecordCount();
            long inGroups = reader.getRowGroups().stream()
                    .mapToLong(BlockMetaData::getRowCount)
                    .sum();
            if (inFooter != rows || inGroups != rows) {
                throw new IOException("%s holds %d rows in %d of its row groups, %d were written"
                        .formatted(path, inFooter, inGroups, rows));
            }
        }
        return file.getLength();
    }

    /** A file's columns. */
    static MessageType schema(Path path, Configuration hadoop) throws IOException {
        try (ParquetFileReader reader = open(HadoopInputFile.fromPath(path, hadoop))) {
            return reader.getFileMetaData().getSchema();
        }
    }

    /** Parquet's default options are read from Hadoop's XML files, anew for each file; these are the file's own. */
    private static ParquetFileReader open(HadoopInputFile file) throws IOException {
        return ParquetFileReader.open(
                file,
                HadoopReadOptions.builder(file.getConfiguration(), file.getPath())
                        .build());
    }

    private static final class Builder extends ParquetWriter.Builder<InternalRow, Builder> {
        private final StructType schema;

        Builder(OutputFile file, StructType schema) {
            super(file);
            this.schema = schema;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // it is the abstract one
        protected WriteSupport<InternalRow> getWriteSupport(Configuration hadoop) {
            return new RowWriteSupport(schema);
        }
    }
}
