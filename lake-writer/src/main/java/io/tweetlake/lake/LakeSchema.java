package io.tweetlake.lake;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a record: the same names and the same flattening as its JSON, so that the record is the one schema.
 */
final class LakeSchema {
    private static final Map<Type, DataType> TYPES = Map.of(
            String.class, DataTypes.StringType,
            Instant.class, DataTypes.TimestampType,
            long.class, DataTypes.LongType,
            Long.class, DataTypes.LongType,
            int.class, DataTypes.IntegerType,
            Double.class, DataTypes.DoubleType,
            double.class, DataTypes.DoubleType,
            boolean.class, DataTypes.BooleanType,
            Boolean.class, DataTypes.BooleanType);

    private LakeSchema() {}

    /**
     * The schema of a record's JSON.
     *
     * @throws IllegalArgumentException if a component has a type that the lake has no column for
     */
    static StructType of(Class<?> record) {
        List<StructField> fields = new ArrayList<>();
        collect(record, "", fields);
        return DataTypes.createStructType(fields);
    }

    private static void collect(Class<?> record, String prefix, List<StructField> fields) {
        for (RecordComponent component : record.getRecordComponents()) {
            JsonUnwrapped unwrapped = component.getAccessor().getAnnotation(JsonUnwrapped.class);
            if (unwrapped != null) {
                collect(component.getType(), prefix + unwrapped.prefix(), fields);
            } else {
                String name = PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
                fields.add(DataTypes.createStructField(prefix + name, type(component.getGenericType()), true));
            }
        }
    }

    private static DataType type(Type type) {
        DataType simple = TYPES.get(type);
        if (simple != null) {
            return simple;
        }
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return DataTypes.createArrayType(type(list.getActualTypeArguments()[0]));
        }
        if (type instanceof Class<?> record && record.isRecord()) {
            return of(record);
        }
        throw new IllegalArgumentException("no column type for " + type);
    }
}
