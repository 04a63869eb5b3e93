package io.tweetlake.gold;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of one thing in one window, by tier and language: the value of the state stores. What it says does
 * not depend on the order in which it was told. Not thread-safe.
 */
final class Tally {
    static final Serde<Tally> SERDE = Serdes.serdeFrom((topic, tally) -> tally.bytes(), (topic, bytes) -> of(bytes));

    private static final Comparator<Cell> ORDER = Comparator.comparing(
                    Cell::tier, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Cell::lang, Comparator.nullsLast(Comparator.naturalOrder()));

    private final List<Cell> cells = new ArrayList<>();

    /** How often each way of writing it was met. */
    private final Map<String, Long> forms = new TreeMap<>(Tally::byCodePoint);

    Tally plus(Mention mention) {
        int place = 0;
        while (place < cells.size() && !cells.get(place).isOf(mention)) {
            place++;
        }
        if (place < cells.size()) {
            cells.set(place, cells.get(place).plus(mention));
        } else {
            cells.add(Cell.of(mention));
        }
        if (mention.form() != null) {
            forms.merge(mention.form(), 1L, Long::sum);
        }
        return this;
    }

    Cell total() {
        return sum(cells);
    }

    /** The tiers, languages and pairs of them that say something else than the total and each other. */
    List<Cell> facets() {
        List<Cell> facets = new ArrayList<>();
        if (cells.size() > 1) {
            facets.addAll(sums(Cell::tier));
            facets.addAll(sums(Cell::lang));
            facets.addAll(cells);
            facets.sort(ORDER);
        }
        return facets;
    }

    /** How it is written most often; of equals the first in code-point order. */
    String form() {
        String most = "";
        long times = 0;
        for (Map.Entry<String, Long> form : forms.entrySet()) {
            if (form.getValue() > times) {
                most = form.getKey();
                times = form.getValue();
            }
        }
        return most;
    }

    /** Sums of some but not all cells that have something in common. */
    private List<Cell> sums(Function<Cell, @Nullable String> common) {
        return cells.stream()
                .collect(Collectors.groupingBy(cell -> Objects.requireNonNull(common.apply(cell))))
                .values()
                .stream()
                .filter(some -> some.size() > 1 && some.size() < cells.size())
                .map(Tally::sum)
                .toList();
    }

    private static Cell sum(List<Cell> some) {
        return some.stream().reduce(Cell::plus).orElseThrow();
    }

    /** The order of UTF-8 bytes, which is also a database's in collation C. */
    private static int byCodePoint(String one, String other) {
        return Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());
    }

    private byte[] bytes() {
        List<byte[]> written = forms.keySet().stream().map(Wire::bytes).toList();
        int size = 4 + 4;
        for (Cell cell : cells) {
            size += cell.size();
        }
        for (byte[] form : written) {
            size += Wire.size(form) + 8;
        }
        ByteBuffer out = ByteBuffer.allocate(size).putInt(cells.size()).putInt(forms.size());
        cells.forEach(cell -> cell.write(out));
        int place = 0;
        for (long count : forms.values()) {
            byte[] form = written.get(place++);
            Wire.write(out, form);
            out.putLong(count);
        }
        return out.array();
    }

    private static Tally of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Tally tally = new Tally();
        int cells = in.getInt();
        int forms = in.getInt();
        for (int i = 0; i < cells; i++) {
            tally.cells.add(Cell.read(in));
        }
        for (int i = 0; i < forms; i++) {
            tally.forms.put(Wire.read(in), in.getLong());
        }
        return tally;
    }
}
