package io.tweetlake.model;

import org.jspecify.annotations.Nullable;

/**
 * How far ingest has read an input, committed in the transaction of the records up to there.
 *
 * @param input the input's name, stable between runs: a file, a member of an archive, a search, a live source
 * @param line values read of a file; else 0
 * @param complete whether its end was reached
 * @param cursor what its server takes to go on from there, else null
 * @param interval what a live stream was like when this was committed, up to then; of a gap that is to be refilled, the
 *     gap; else null
 * @param file what a file or member was when this was committed; null for other inputs, and in positions of before
 *     version 0.2
 */
public record SourcePosition(
        String input,
        long line,
        boolean complete,
        @Nullable String cursor,
        @Nullable StreamInterval interval,
        @Nullable FileState file) {

    /** Of a file. */
    public static SourcePosition line(String input, long line, boolean complete, @Nullable FileState file) {
        return new SourcePosition(input, line, complete, null, null, file);
    }

    /** Of a live stream or a gap in one. */
    public static SourcePosition interval(
            String input, boolean complete, @Nullable String cursor, StreamInterval interval) {
        return new SourcePosition(input, 0, complete, cursor, interval, null);
    }

    /** Of an input that its server continues. */
    public static SourcePosition cursor(String input, @Nullable String cursor, boolean complete) {
        return new SourcePosition(input, 0, complete, cursor, null, null);
    }
}
