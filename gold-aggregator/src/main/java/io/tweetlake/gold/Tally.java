package io.tweetlake.gold;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of one thing in one window, by tier and language: the value of the state stores. What it counts does
 * not depend on the order in which it was told. Not thread-safe.
 */
final class Tally {
    static final Serde<Tally> SERDE = Serdes.serdeFrom((topic, tally) -> tally.bytes(), (topic, bytes) -> of(bytes));

    private static final Comparator<Cell> ORDER = Comparator.comparing(
                    Cell::tier, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Cell::lang, Comparator.nullsLast(Comparator.naturalOrder()));

    /** Facets tell so many languages apart. */
    static final int MAX_LANGUAGES = 24;

    /** Ways of writing that are told apart, those that were met first: each mention writes all of them again. */
    private static final int MAX_FORMS = 32;

    /** The languages beyond. */
    private static final String OTHER = "other";

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
        if (mention.form() != null && (forms.size() < MAX_FORMS || forms.containsKey(mention.form()))) {
            forms.merge(mention.form(), 1L, Long::sum);
        }
        return this;
    }

    Cell total() {
        return Cell.sum(cells);
    }

    /** The tiers, languages and pairs of them that say something else than the total and each other. */
    List<Cell> facets() {
        List<Cell> shown = shown();
        List<Cell> facets = new ArrayList<>();
        if (shown.size() > 1) {
            facets.addAll(sums(shown, Cell::tier));
            facets.addAll(sums(shown, Cell::lang));
            facets.addAll(shown);
            facets.sort(ORDER);
        }
        return facets;
    }

    /**
     * The cells of the languages with most mentions, of equals those first in the alphabet; the others are one
     * language. Each facet is a row that each mention writes again: claims of many languages would make one post write
     * hundreds.
     */
    private List<Cell> shown() {
        Map<String, Long> mentions = new TreeMap<>();
        cells.forEach(cell -> mentions.merge(Objects.requireNonNull(cell.lang()), cell.mentions(), Long::sum));
        if (mentions.size() <= MAX_LANGUAGES) {
            return cells;
        }
        Set<String> kept = mentions.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(MAX_LANGUAGES)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        return cells.stream()
                .map(cell -> kept.contains(cell.lang()) ? cell : cell.in(OTHER))
                .collect(Collectors.groupingBy(
                        cell -> cell.tier() + "/" + cell.lang(), TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(Cell::sum)
                .toList();
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
    private static List<Cell> sums(List<Cell> cells, Function<Cell, @Nullable String> common) {
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
