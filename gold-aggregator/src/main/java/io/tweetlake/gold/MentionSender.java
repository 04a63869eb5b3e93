package io.tweetlake.gold;

import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Sends on what a post mentions: each thing under its own key, and what has no row of its own under one key for all.
 * Use from the task's thread only.
 */
final class MentionSender {
    private final ProcessorContext<String, Object> context;
    private final String child;
    private final String others;
    private final OwnRows rows;
    private final int sizes;

    /** @param others the key of what has no row of its own */
    MentionSender(
            ProcessorContext<String, Object> context,
            String child,
            String others,
            List<WindowConfig> windows,
            OwnRows.Limit limit) {
        this.context = context;
        this.child = child;
        this.others = others;
        this.rows = new OwnRows(windows, limit);
        this.sizes = windows.size();
    }

    /**
     * @param keys of the distinct things that a post mentions
     * @param form how one is written, or null
     * @param cell what the post adds to each
     * @param clock how far event time has come, in milliseconds
     */
    void send(Collection<String> keys, UnaryOperator<@Nullable String> form, Cell cell, long clock) {
        long[] left = new long[sizes];
        boolean any = false;
        for (String key : keys) {
            long own = rows.of(key, cell.newest(), clock);
            if (own != 0) {
                forward(key, new Mention(cell, form.apply(key), own));
            }
            for (int i = 0; i < sizes; i++) {
                if ((own & 1L << i) == 0) {
                    left[i]++;
                    any = true;
                }
            }
        }
        for (int i = 0; any && i < sizes; i++) {
            if (left[i] > 0) {
                forward(others, new Mention(cell.times(left[i]), null, 1L << i));
            }
        }
    }

    private void forward(String key, Mention mention) {
        context.forward(new Record<>(key, mention, mention.cell().newest()), child);
    }
}
