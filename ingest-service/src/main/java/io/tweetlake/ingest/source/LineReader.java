package io.tweetlake.ingest.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines as bytes, ended by LF or CRLF. Of a line over the limit only that much is kept, so that memory stays
 * bounded whatever comes. Not thread-safe.
 */
final class LineReader {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long LINE_FEEDS = ONES * '\n';

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[64 * 1024];
    private int position;
    private int limit;
    private @Nullable IOException failure;

    LineReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /**
     * A line.
     *
     * @param length the length that it had, more than its bytes if it was cut
     */
    record Line(byte[] bytes, long length) {
        boolean isCut() {
            return length > bytes.length;
        }

        /** What is wrong with it, or null. */
        @Nullable
        String problem(int maxBytes) {
            return isCut()
                    ? "the message is %d bytes long, ingest.max-message-bytes allows %d".formatted(length, maxBytes)
                    : null;
        }
    }

    /** The next line, or null at the end. What stands after the last line end, or before a failure, is a line. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream begun = null;
        long length = 0;
        byte last = 0;
        while (position < limit || (failure == null && fill())) {
            int from = position;
            int end = endOfLine(buffer, from, limit);
            int run = end - from;
            boolean ended = end < limit;
            position = ended ? end + 1 : end;
            last = run > 0 ? buffer[end - 1] : last;
            if (begun == null && ended && run <= maxBytes) {
                // All of it is here, as of nearly every line: it is copied once.
                int bytes = run > 0 && last == '\r' ? run - 1 : run;
                return new Line(Arrays.copyOfRange(buffer, from, from + bytes), bytes);
            }
            begun = begun == null ? new ByteArrayOutputStream() : begun;
            begun.write(buffer, from, Math.min(run, maxBytes - begun.size()));
            length += run;
            if (ended) {
                return line(begun, last == '\r' ? length - 1 : length);
            }
        }
        if (begun != null) {
            return line(begun, length);
        }
        if (failure != null) {
            throw failure;
        }
        return null;
    }

    private static Line line(ByteArrayOutputStream begun, long length) {
        byte[] bytes = begun.toByteArray();
        return new Line(bytes.length > length ? Arrays.copyOf(bytes, (int) length) : bytes, length);
    }

    /** The place of the next LF, or the limit; eight bytes at a time: H. Warren, "Hacker's Delight", 6-1. */
    static int endOfLine(byte[] buffer, int from, int limit) {
        int i = from;
        while (i + Long.BYTES <= limit) {
            long word = (long) WORDS.get(buffer, i) ^ LINE_FEEDS;
            long found = (word - ONES) & ~word & HIGHS;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
            i += Long.BYTES;
        }
        while (i < limit && buffer[i] != '\n') {
            i++;
        }
        return i;
    }

    private boolean fill() {
        position = 0;
        try {
            limit = Math.max(0, in.read(buffer));
        } catch (IOException e) {
            // What came of the line before it broke off is delivered first.
            limit = 0;
            failure = e;
        }
        return limit > 0;
    }
}
