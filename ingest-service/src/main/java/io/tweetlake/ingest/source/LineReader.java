package io.tweetlake.ingest.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines as bytes, ended by LF or CRLF. Of a line over the limit only that much is kept, so that memory stays
 * bounded whatever comes. Not thread-safe.
 */
final class LineReader {
    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[64 * 1024];
    private int position;
    private int limit;

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
    }

    /** The next line, or null at the end. What stands after the last line end is a line. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        long length = 0;
        boolean any = false;
        while (position < limit || fill()) {
            any = true;
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            int run = end - position;
            line.write(buffer, position, Math.min(run, maxBytes - line.size()));
            length += run;
            position = end;
            if (end < limit) {
                position++;
                return line(line, length);
            }
        }
        return any ? line(line, length) : null;
    }

    private static Line line(ByteArrayOutputStream collected, long length) {
        byte[] bytes = collected.toByteArray();
        boolean endsInReturn = bytes.length > 0 && bytes.length == length && bytes[bytes.length - 1] == '\r';
        return endsInReturn
                ? new Line(java.util.Arrays.copyOf(bytes, bytes.length - 1), length - 1)
                : new Line(bytes, length);
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }
}
