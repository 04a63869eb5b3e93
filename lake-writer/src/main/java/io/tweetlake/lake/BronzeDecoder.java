package io.tweetlake.lake;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.ProjectingInternalRow;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** The record as it is, its columns in the table's order: nothing is copied. */
final class BronzeDecoder implements RecordDecoder {
    private static final long serialVersionUID = 1L;
    private static final List<Object> ORDER = List.of(TOPIC, PARTITION, OFFSET, TIMESTAMP, KEY, HEADERS, VALUE);

    private transient @Nullable ProjectingInternalRow row;

    @Override
    public InternalRow decode(InternalRow record) {
        if (row == null) {
            row = ProjectingInternalRow.apply(
                    TableLayout.BRONZE, CollectionConverters.asScala(ORDER).toIndexedSeq());
        }
        row.project(record);
        return row;
    }
}
