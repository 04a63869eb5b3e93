package io.tweetlake.benchmarks;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Precision, recall and F1 of spans, by type and over all (micro-averaged). */
final class SpanScores {
    private final Map<String, int[]> counts = new TreeMap<>();

    /** Counts one text. */
    void add(Collection<ConllText.Span> gold, Collection<ConllText.Span> found) {
        Set<ConllText.Span> expected = new HashSet<>(gold);
        for (ConllText.Span span : gold) {
            of(span.type())[0]++;
        }
        for (ConllText.Span span : found) {
            of(span.type())[1]++;
            if (expected.contains(span)) {
                of(span.type())[2]++;
            }
        }
    }

    double f1(String type) {
        int[] count = of(type);
        return f1(count);
    }

    @Override
    public String toString() {
        StringBuilder table =
                new StringBuilder(String.format("%-14s %7s %7s %7s %7s %7s%n", "", "gold", "found", "P", "R", "F1"));
        int[] all = new int[3];
        counts.forEach((type, count) -> {
            table.append(line(type, count));
            for (int i = 0; i < all.length; i++) {
                all[i] += count[i];
            }
        });
        return table.append(line("all", all)).toString();
    }

    private int[] of(String type) {
        return counts.computeIfAbsent(type, key -> new int[3]);
    }

    private static String line(String type, int[] count) {
        return String.format(
                Locale.ROOT,
                "%-14s %7d %7d %7.1f %7.1f %7.1f%n",
                type,
                count[0],
                count[1],
                percent(count[2], count[1]),
                percent(count[2], count[0]),
                f1(count));
    }

    private static double f1(int[] count) {
        return percent(2 * count[2], count[0] + count[1]);
    }

    private static double percent(int part, int whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }
}
