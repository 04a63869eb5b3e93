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
        while (place < cells.size() && !cells.get(place).isAlike(mention.cell())) {
            place++;
        }
        if (place < cells.size()) {
            cells.set(place, cells.get(place).plus(mention.cell()));
        } else {
            cells.add(mention.cell());
        }
        if (mention.form() != null) {
            forms.merge(mention.form(), 1L, Long::sum);
        }
        return this;
    }

    Cell total() {
        return Cell.sum(cells);
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
                .map(Cell::sum)
                .toList();
    }

    /** The order of UTF-8 bytes, which is also a database's in collation C. */
    private static int byCodePoint(String one, String other) {
        return Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());
    }

    private byte[] bytes() {
        Wire out = new Wire();
        out.put(cells.size());
        cells.forEach(cell -> cell.write(out));
        out.put(forms.size());
        forms.forEach((form, count) -> out.put(form).put(count));
        return out.toBytes();
    }

    private static Tally of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Tally tally = new Tally();
        for (int cells = in.getInt(); cells > 0; cells--) {
            tally.cells.add(Cell.read(in));
        }
        for (int forms = in.getInt(); forms > 0; forms--) {
            tally.forms.put(Wire.readText(in), in.getLong());
        }
        return tally;
    }
}
