package io.tweetlake.lake;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Spark's rows as Parquet: every column optional, strings as UTF-8, times as microseconds in UTC, lists of three levels
 * (<a href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md">logical types</a>).
 */
final class RowWriteSupport extends WriteSupport<InternalRow> {
    /** Under this key Spark's reader finds the types that it knows and Parquet does not. */
    private static final String SPARK_SCHEMA = "org.apache.spark.sql.parquet.row.metadata";

    private final StructType schema;
    private final ValueWriter[] writers;
    private @Nullable RecordConsumer consumer;

    RowWriteSupport(StructType schema) {
        this.schema = schema;
        this.writers = writers(schema);
    }

    @Override
    @SuppressWarnings("deprecation") // it is the abstract one
    public WriteContext init(Configuration hadoop) {
        return new WriteContext(parquetSchema(schema), Map.of(SPARK_SCHEMA, schema.json()));
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
        consumer = recordConsumer;
    }

    @Override
    public void write(InternalRow row) {
        RecordConsumer out = java.util.Objects.requireNonNull(consumer);
        out.startMessage();
        writeFields(out, row, schema.fields(), writers);
        out.endMessage();
    }

    static MessageType parquetSchema(StructType schema) {
        Types.MessageTypeBuilder message = Types.buildMessage();
        for (StructField field : schema.fields()) {
            message.addField(parquetType(field.name(), field.dataType()));
        }
        return message.named("spark_schema");
    }

    private static Type parquetType(String name, DataType type) {
        if (type instanceof StringType) {
            return Types.optional(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named(name);
        } else if (type instanceof BinaryType) {
            return Types.optional(PrimitiveTypeName.BINARY).named(name);
        } else if (type instanceof TimestampType) {
            return Types.optional(PrimitiveTypeName.INT64)
                    .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
                    .named(name);
        } else if (type instanceof LongType) {
            return Types.optional(PrimitiveTypeName.INT64).named(name);
        } else if (type instanceof IntegerType) {
            return Types.optional(PrimitiveTypeName.INT32).named(name);
        } else if (type instanceof DoubleType) {
            return Types.optional(PrimitiveTypeName.DOUBLE).named(name);
        } else if (type instanceof BooleanType) {
            return Types.optional(PrimitiveTypeName.BOOLEAN).named(name);
        } else if (type instanceof ArrayType array) {
            return Types.optionalList()
                    .element(parquetType("element", array.elementType()))
                    .named(name);
        } else if (type instanceof StructType struct) {
            Types.GroupBuilder<org.apache.parquet.schema.GroupType> group = Types.optionalGroup();
            for (StructField field : struct.fields()) {
                group.addField(parquetType(field.name(), field.dataType()));
            }
            return group.named(name);
        }
        throw new IllegalArgumentException("no Parquet type for " + type);
    }

    @FunctionalInterface
    private interface ValueWriter {
        void write(RecordConsumer out, SpecializedGetters values, int index);
    }

    private static ValueWriter[] writers(StructType struct) {
        StructField[] fields = struct.fields();
        ValueWriter[] writers = new ValueWriter[fields.length];
        for (int i = 0; i < fields.length; i++) {
            writers[i] = writer(fields[i].dataType());
        }
        return writers;
    }

    private static ValueWriter writer(DataType type) {
        if (type instanceof StringType) {
            // Neither array is kept by its owner past the write, nor changed.
            return (out, values, i) -> out.addBinary(
                    Binary.fromReusedByteArray(values.getUTF8String(i).getBytes()));
        } else if (type instanceof BinaryType) {
            return (out, values, i) -> out.addBinary(Binary.fromReusedByteArray(values.getBinary(i)));
        } else if (type instanceof TimestampType || type instanceof LongType) {
            return (out, values, i) -> out.addLong(values.getLong(i));
        } else if (type instanceof IntegerType) {
            return (out, values, i) -> out.addInteger(values.getInt(i));
        } else if (type instanceof DoubleType) {
            return (out, values, i) -> out.addDouble(values.getDouble(i));
        } else if (type instanceof BooleanType) {
            return (out, values, i) -> out.addBoolean(values.getBoolean(i));
        } else if (type instanceof ArrayType array) {
            ValueWriter element = writer(array.elementType());
            return (out, values, i) -> writeList(out, values.getArray(i), element);
        } else if (type instanceof StructType struct) {
            StructField[] fields = struct.fields();
            ValueWriter[] writers = writers(struct);
            return (out, values, i) -> {
                out.startGroup();
                writeFields(out, values.getStruct(i, fields.length), fields, writers);
                out.endGroup();
            };
        }
        throw new IllegalArgumentException("no Parquet type for " + type);
    }

    private static void writeFields(
            RecordConsumer out, SpecializedGetters values, StructField[] fields, ValueWriter[] writers) {
        for (int i = 0; i < writers.length; i++) {
            if (!values.isNullAt(i)) {
                out.startField(fields[i].name(), i);
                writers[i].write(out, values, i);
                out.endField(fields[i].name(), i);
            }
        }
    }

    private static void writeList(RecordConsumer out, ArrayData list, ValueWriter element) {
        out.startGroup();
        if (list.numElements() > 0) {
            out.startField("list", 0);
            for (int i = 0; i < list.numElements(); i++) {
                out.startGroup();
                if (!list.isNullAt(i)) {
                    out.startField("element", 0);
                    element.write(out, list, i);
                    out.endField("element", 0);
                }
                out.endGroup();
            }
            out.endField("list", 0);
        }
        out.endGroup();
    }
}
