package io.tweetlake.gold;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of the things that are mentioned have a row of their own in a window; all others share one row. It bounds the
 * rows that a partition's posts can make, whatever they mention and whatever time they claim.
 *
 * <p>While the clock is in one window, the first {@code limit} pairs of a window and a thing get rows. Any further one
 * gets a row once it has more than a thousandth of the mentions that were left over: frequent things are found by Misra
 * and Gries, which misses none that has two thousandths. {@code n} mentions in one window of the clock so make at most
 * {@code limit + 1,000 · (1 + ln(n))} rows of a size.
 *
 * <p>It is in memory alone: a restart gives the limit anew. Use from the task's thread only.
 *
 * @see <a href="https://doi.org/10.1016/0167-6423(82)90012-0">Misra, Gries: Finding repeated elements (1982)</a>
 */
final class OwnRows {
    /** More sizes of windows than anybody has: a mention says in one number in which of them it counts. */
    static final int MAX_SIZES = 63;

    private static final int COUNTERS = 1_000;

    private final int limit;
    private final List<Size> sizes = new ArrayList<>();

    /** @param limit things that get rows in the order in which they are met, for each size of windows */
    OwnRows(List<WindowConfig> windows, int limit) {
        this.limit = limit;
        windows.forEach(window -> sizes.add(new Size(window.advance().toMillis())));
    }

    /**
     * Notes a mention.
     *
     * @param at its event time in milliseconds
     * @param clock how far event time has come
     * @return a bit for each size of windows, the first one lowest: set if the thing has a row in the windows that hold
     *     this time
     */
    long of(String key, long at, long clock) {
        long own = 0;
        for (int i = 0; i < sizes.size(); i++) {
            if (sizes.get(i).isOwn(key, at, clock)) {
                own |= 1L << i;
            }
        }
        return own;
    }

    /** Of the windows of one size. */
    private final class Size {
        private final long advance;
        private long slot = Long.MIN_VALUE;
        private Set<Long> now = new HashSet<>();
        private Set<Long> before = new HashSet<>();
        private final Map<Long, Integer> frequent = new HashMap<>();
        private long leftOver;

        Size(long advance) {
            this.advance = advance;
        }

        boolean isOwn(String key, long at, long clock) {
            long current = Math.floorDiv(clock, advance);
            if (current > slot) {
                slot = current;
                before = now;
                now = new HashSet<>();
                frequent.clear();
                leftOver = 0;
            }
            long thing = mixed(key, Math.floorDiv(at, advance));
            if (now.contains(thing)) {
                return true;
            }
            if (now.size() < limit || before.contains(thing)) {
                now.add(thing);
                return true;
            }
            leftOver++;
            if (noted(thing) * (long) COUNTERS <= leftOver) {
                return false;
            }
            frequent.remove(thing);
            now.add(thing);
            return true;
        }

        /** How often the thing was noted at least. */
        private int noted(long thing) {
            if (frequent.containsKey(thing) || frequent.size() < COUNTERS) {
                return frequent.merge(thing, 1, Integer::sum);
            }
            frequent.replaceAll((known, count) -> count - 1);
            frequent.values().removeIf(count -> count == 0);
            return 0;
        }
    }

    /** Two that are the same by chance share a row's right to be: nothing is counted wrong. */
    private static long mixed(String key, long slot) {
        long hash = slot;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return hash;
    }
}
