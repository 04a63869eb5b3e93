package io.tweetlake.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Times several ways to do the same work, in turns in one run: on a shared machine the noise then falls on all of them.
 * One thread.
 */
final class SideBySide {
    private SideBySide() {}

    /**
     * One way to do the work.
     *
     * @param work for one item
     * @param items what it is done for in a round
     */
    record Way(String name, Consumer<String> work, List<String> items) {}

    /** Prints the median rate of each way, its spread, and how it compares with the first. */
    static void print(int rounds, List<Way> ways) {
        double[][] rates = new double[ways.size()][rounds];
        // The first round warms up and does not count.
        for (int round = -1; round < rounds; round++) {
            for (int i = 0; i < ways.size(); i++) {
                double rate = rate(ways.get(i));
                if (round >= 0) {
                    rates[i][round] = rate;
                }
            }
        }
        System.out.printf("%-44s %12s %21s %8s%n", "", "median /s", "min - max", "times");
        double first = median(rates[0]);
        for (int i = 0; i < ways.size(); i++) {
            System.out.printf(
                    Locale.ROOT,
                    "%-44s %,12.0f %,10.0f - %,8.0f %8.1f%n",
                    ways.get(i).name(),
                    median(rates[i]),
                    Arrays.stream(rates[i]).min().orElse(0),
                    Arrays.stream(rates[i]).max().orElse(0),
                    median(rates[i]) / first);
        }
    }

    private static double rate(Way way) {
        long start = System.nanoTime();
        way.items().forEach(way.work());
        return way.items().size() * 1e9 / (System.nanoTime() - start);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
