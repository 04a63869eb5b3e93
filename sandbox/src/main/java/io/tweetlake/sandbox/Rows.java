package io.tweetlake.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints what a command found. */
final class Rows {
    private Rows() {}

    /** As a table, or one JSON object a line; where there are no rows, the table has its heading alone. */
    static void print(List<String> columns, List<List<Object>> rows, boolean json) throws JsonProcessingException {
        if (json) {
            JsonMapper mapper = new JsonMapper();
            for (List<Object> row : rows) {
                Map<String, Object> object = new LinkedHashMap<>();
                for (int i = 0; i < row.size(); i++) {
                    Object value = row.get(i);
                    boolean plain = value == null
                            || value instanceof Number
                            || value instanceof Boolean
                            || value instanceof List;
                    object.put(columns.get(i), plain ? value : value.toString());
                }
                System.out.println(mapper.writeValueAsString(object));
            }
            return;
        }
        List<List<Object>> all = new ArrayList<>();
        all.add(new ArrayList<>(columns));
        all.addAll(rows);
        System.out.print(TextTable.of(all));
    }
}
