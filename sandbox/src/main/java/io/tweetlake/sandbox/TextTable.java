package io.tweetlake.sandbox;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rows as text, columns aligned, numbers to the right. */
final class TextTable {
    private TextTable() {}

    /**
     * The table.
     *
     * @param rows the first are the headings
     */
    static String of(List<List<Object>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<Object> row : rows) {
            for (int i = 0; i < columns; i++) {
                String cell = cell(row.get(i));
                widths[i] = Math.max(widths[i], cell.codePointCount(0, cell.length()));
            }
        }
        StringBuilder table = new StringBuilder();
        for (List<Object> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = cell(row.get(i));
                String padding = " ".repeat(widths[i] - cell.codePointCount(0, cell.length()));
                line.append(row.get(i) instanceof Number ? padding + cell : cell + padding)
                        .append("  ");
            }
            table.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return table.toString();
    }

    /** Text from a tweet must not steer the terminal, nor break the table. */
    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Double number) {
            return String.format(Locale.ROOT, "%s", number);
        }
        return value.toString().replaceAll("[\\p{Cc}\\u202A-\\u202E\\u2066-\\u2069]", "\uFFFD");
    }
}
