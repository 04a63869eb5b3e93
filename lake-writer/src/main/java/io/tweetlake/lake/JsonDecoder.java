package io.tweetlake.lake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a record's JSON, in one pass over its bytes. It is as strict as the services' own codec: a field that
 * the table does not know, a value of another type or a record without its event time is no row.
 */
final class JsonDecoder implements RecordDecoder {
    private static final long serialVersionUID = 1L;
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Struct columns;
    private final int recordColumns;
    private final boolean keyed;
    private final int time;

    /** @param keyed whether the record's key is a column */
    JsonDecoder(TableLayout layout, boolean keyed) {
        this.recordColumns = layout.schema().size() - (keyed ? 3 : 2);
        this.columns = new Struct(
                Arrays.copyOf(layout.schema().fields(), recordColumns),
                layout.schema().size());
        this.keyed = keyed;
        this.time = layout.time();
    }

    @Override
    public InternalRow decode(InternalRow record) throws UndecodableRecordException {
        if (record.isNullAt(VALUE)) {
            throw new UndecodableRecordException("a tombstone");
        }
        @Nullable Object[] row;
        try (JsonParser json = FACTORY.createParser(record.getBinary(VALUE))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new UndecodableRecordException("not a JSON object");
            }
            row = columns.read(json);
            if (json.nextToken() != null) {
                throw new UndecodableRecordException("something follows the JSON object");
            }
        } catch (IOException | DateTimeException | ArithmeticException e) {
            throw new UndecodableRecordException("not a record of this topic: " + message(e), e);
        }
        if (row[time] == null) {
            throw new UndecodableRecordException("no " + columns.name(time));
        }
        if (keyed) {
            row[recordColumns] = record.getUTF8String(KEY);
        }
        row[row.length - 2] = record.getInt(PARTITION);
        row[row.length - 1] = record.getLong(OFFSET);
        return new GenericInternalRow(row);
    }

    /** Without the excerpt of the record that Jackson quotes. */
    private static String message(Exception e) {
        return e instanceof com.fasterxml.jackson.core.JsonProcessingException json
                ? json.getOriginalMessage()
                : String.valueOf(e.getMessage());
    }

    /** How a value of a column is read; the parser stands on the value's first token. */
    @FunctionalInterface
    private interface Reader extends Serializable {
        Object read(JsonParser json) throws IOException;
    }

    private static Reader reader(DataType type) {
        if (type instanceof StringType) {
            return json ->
                    UTF8String.fromString(expect(json, JsonToken.VALUE_STRING).getText());
        } else if (type instanceof TimestampType) {
            return json -> micros(expect(json, JsonToken.VALUE_STRING).getText());
        } else if (type instanceof LongType) {
            return json -> expect(json, JsonToken.VALUE_NUMBER_INT).getLongValue();
        } else if (type instanceof IntegerType) {
            return json -> expect(json, JsonToken.VALUE_NUMBER_INT).getIntValue();
        } else if (type instanceof BooleanType) {
            return JsonParser::getBooleanValue;
        } else if (type instanceof DoubleType) {
            return JsonParser::getDoubleValue;
        } else if (type instanceof ArrayType array) {
            return new Elements(reader(array.elementType()));
        } else if (type instanceof StructType struct) {
            Struct fields = new Struct(struct.fields(), struct.size());
            return json -> new GenericInternalRow(fields.read(expect(json, JsonToken.START_OBJECT)));
        }
        throw new IllegalArgumentException("no column of type " + type);
    }

    private static JsonParser expect(JsonParser json, JsonToken token) throws IOException {
        if (json.currentToken() != token) {
            throw new IOException(json.currentName() + " is " + json.currentToken() + ", not " + token);
        }
        return json;
    }

    private static long micros(String time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
    }

    private record Elements(Reader element) implements Reader {
        @Override
        public Object read(JsonParser json) throws IOException {
            expect(json, JsonToken.START_ARRAY);
            @Nullable Object[] elements = new @Nullable Object[4];
            int count = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (count == elements.length) {
                    elements = Arrays.copyOf(elements, 2 * count);
                }
                elements[count++] = json.currentToken() == JsonToken.VALUE_NULL ? null : element.read(json);
            }
            return new GenericArrayData(Arrays.copyOf(elements, count));
        }
    }

    /** The fields of a JSON object, by name. */
    private static final class Struct implements Serializable {
        private static final long serialVersionUID = 1L;

        private final Map<String, Integer> places = new HashMap<>();
        private final String[] names;
        private final Reader[] readers;
        private final int width;

        /** @param width of the rows that are read, of which these fields are the first */
        Struct(StructField[] fields, int width) {
            this.width = width;
            this.names = new String[fields.length];
            this.readers = new Reader[fields.length];
            for (int i = 0; i < fields.length; i++) {
                places.put(fields[i].name(), i);
                names[i] = fields[i].name();
                readers[i] = reader(fields[i].dataType());
            }
        }

        String name(int place) {
            return names[place];
        }

        @Nullable
        Object[] read(JsonParser json) throws IOException {
            @Nullable Object[] values = new @Nullable Object[width];
            int expected = 0;
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                int place = expected < names.length && names[expected].equals(name) ? expected : place(name);
                expected = place + 1;
                if (json.nextToken() != JsonToken.VALUE_NULL) {
                    values[place] = readers[place].read(json);
                }
            }
            return values;
        }

        private int place(String name) throws IOException {
            Integer place = places.get(name);
            if (place == null) {
                throw new IOException("unknown field " + name);
            }
            return place;
        }
    }
}
