package io.tweetlake.ingest.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
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
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        long length = 0;
        byte last = 0;
        boolean any = false;
        while (position < limit || (failure == null && fill())) {
            any = true;
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            int run = end - position;
            line.write(buffer, position, Math.min(run, maxBytes - line.size()));
            length += run;
            last = run > 0 ? buffer[end - 1] : last;
            position = end;
            if (end < limit) {
                position++;
                return last == '\r' ? withoutReturn(line, length) : new Line(line.toByteArray(), length);
            }
        }
        if (any) {
            return new Line(line.toByteArray(), length);
        }
        if (failure != null) {
            throw failure;
        }
        return null;
    }

    private static Line withoutReturn(ByteArrayOutputStream line, long length) {
        byte[] bytes = line.toByteArray();
        return new Line(bytes.length == length ? Arrays.copyOf(bytes, bytes.length - 1) : bytes, length - 1);
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
