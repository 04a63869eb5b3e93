package io.tweetlake.model;

import java.util.Map;
import java.util.TreeMap;

/**
 * What one step of a service did with the records that it received, since its first start: running totals, written in
 * the same transaction as the records that they count, hence exact after any crash. They balance when {@code received =
 * written + duplicate + filtered + dead}.
 *
 * @param step unique within the service; one step of a topology keeps one per partition
 * @param written records by topic
 * @param filtered records by reason
 */
public record Books(
        String step, long received, Map<String, Long> written, long duplicate, Map<String, Long> filtered, long dead) {

    public Books {
        written = Map.copyOf(written);
        filtered = Map.copyOf(filtered);
    }

    public static Books empty(String step) {
        return new Books(step, 0, Map.of(), 0, Map.of(), 0);
    }

    public boolean balanced() {
        return received == total(written) + duplicate + total(filtered) + dead;
    }

    /** The sum of both, under this one's step. */
    public Books plus(Books other) {
        return new Books(
                step,
                received + other.received,
                sum(written, other.written),
                duplicate + other.duplicate,
                sum(filtered, other.filtered),
                dead + other.dead);
    }

    private static long total(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, Long> sum(Map<String, Long> some, Map<String, Long> others) {
        Map<String, Long> sum = new TreeMap<>(some);
        others.forEach((name, count) -> sum.merge(name, count, Long::sum));
        return sum;
    }
}
