package io.tweetlake.gold;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of the things that are mentioned have a row of their own in a window; all others share one row. It bounds the
 * rows that a partition's posts can make, whatever they mention and whatever time they claim.
 *
 * <p>The first {@code limit} things of a window get rows. Any further one gets a row once it has more than a thousandth
 * of the mentions that were left over while the clock is in a window: frequent things are found by Misra and Gries,
 * which misses none that has two thousandths. Where posts come about in the order of their times, all that is further
 * back than the window before the present one shares one {@code limit} while the clock is in a window: else an author
 * could fill each window of the grace.
 *
 * <p>It is in memory alone: a restart gives the limit anew. Use from the task's thread only.
 *
 * @see <a href="https://doi.org/10.1016/0167-6423(82)90012-0">Misra, Gries: Finding repeated elements (1982)</a>
 */
final class OwnRows {
    /** More sizes of windows than anybody has: a mention says in one number in which of them it counts. */
    static final int MAX_SIZES = 63;

    private static final int COUNTERS = 1_000;

    /** Then what was left over is half forgotten. */
    private static final int LATELY = 1_000_000;

    /** Times the limit. */
    private static final int REMEMBERED = 4;

    private static final int REMEMBERED_OF_AN_ARCHIVE = 10;

    /** So many windows are remembered. */
    private static final int MAX_WINDOWS = 10_000;

    private final Limit limit;
    private final List<Size> sizes = new ArrayList<>();

    /**
     * How many rows there may be.
     *
     * @param things of a window that get rows in the order in which they are met
     * @param inOrder whether posts come about in the order of their times, as those of a stream do
     */
    record Limit(int things, boolean inOrder) {}

    OwnRows(List<WindowConfig> windows, Limit limit) {
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

    /** Windows of one size; those that overlap by the time between the starts of two. */
    private final class Size {
        private final long advance;
        /** How many rows windows have, by their start. */
        private final Map<Long, Integer> rows = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
                return size() > MAX_WINDOWS;
            }
        };

        /** Which things they are, of the windows that were used last; the last one comes last. */
        private final Map<Long, LongSet> things = new LinkedHashMap<>(16, 0.75f, true);

        private int remembered;
        /** The newest window that the clock has been in. */
        private long now = Long.MIN_VALUE;

        private int lateRows;
        private final Map<Long, Integer> frequent = new HashMap<>();
        private int leftOver;

        Size(long advance) {
            this.advance = advance;
        }

        boolean isOwn(String key, long at, long clock) {
            begin(Math.floorDiv(clock, advance));
            long slot = Math.floorDiv(at, advance);
            long thing = mixed(key, slot);
            LongSet known = things.get(slot);
            if (known != null && known.contains(thing)) {
                return true;
            }
            boolean late = limit.inOrder() && slot < now - 1;
            boolean full = rows.getOrDefault(slot, 0) >= limit.things() || (late && lateRows >= limit.things());
            if (full && !isFrequent(thing)) {
                return false;
            }
            frequent.remove(thing);
            lateRows += late ? 1 : 0;
            rows.merge(slot, 1, Integer::sum);
            things.computeIfAbsent(slot, start -> new LongSet()).add(thing);
            remembered++;
            forgetSome();
            return true;
        }

        private void begin(long current) {
            if (current > now) {
                now = current;
                lateRows = 0;
                leftOver = 0;
                frequent.clear();
            }
        }

        /**
         * Of windows that were not used for longest it is then known how many rows they have, and not which. In an
         * archive neither: what is read again of them in whatever order would be counted as new, and have no row.
         */
        private void forgetSome() {
            Iterator<Map.Entry<Long, LongSet>> eldest = things.entrySet().iterator();
            long most = (long) (limit.inOrder() ? REMEMBERED : REMEMBERED_OF_AN_ARCHIVE) * limit.things();
            while (remembered > most && things.size() > 1) {
                Map.Entry<Long, LongSet> forgotten = eldest.next();
                remembered -= forgotten.getValue().size();
                if (!limit.inOrder()) {
                    rows.remove(forgotten.getKey());
                }
                eldest.remove();
            }
        }

        private boolean isFrequent(long thing) {
            if (++leftOver > LATELY) {
                leftOver /= 2;
                frequent.replaceAll((known, count) -> count / 2);
                frequent.values().removeIf(count -> count == 0);
            }
            return noted(thing) * (long) COUNTERS > leftOver;
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

    /** Numbers that are mixed already, in an eighth of the memory of a set of objects. */
    private static final class LongSet {
        private long[] table = new long[16];
        private int size;

        int size() {
            return size;
        }

        boolean contains(long number) {
            return table[place(table, number)] != 0;
        }

        void add(long number) {
            if (2 * size >= table.length) {
                long[] larger = new long[2 * table.length];
                for (long known : table) {
                    if (known != 0) {
                        larger[place(larger, known)] = known;
                    }
                }
                table = larger;
            }
            int place = place(table, number);
            if (table[place] == 0) {
                table[place] = number == 0 ? 1 : number;
                size++;
            }
        }

        /** Where it is, or would be. */
        private static int place(long[] table, long number) {
            long stored = number == 0 ? 1 : number;
            int place = (int) stored & (table.length - 1);
            while (table[place] != 0 && table[place] != stored) {
                place = (place + 1) & (table.length - 1);
            }
            return place;
        }
    }
}
