package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How messages are told apart in a stream of lines. */
interface Framing {

    /** The next message, an empty line for a keep-alive, or null at the end. */
    LineReader.@Nullable Line next(LineReader lines) throws IOException;

    /** A line a message, an empty one is a keep-alive. */
    static Framing lines() {
        return LineReader::next;
    }

    /**
     * Server-sent events, each as {@code {"event":…,"instance":…,"payload":…}}: the shape of the same messages by
     * WebSocket, with the server's name, without which its ids say nothing. Source: docs.joinmastodon.org, "Streaming".
     *
     * @param instance the server's name
     * @param maxBytes of an event's data
     */
    static Framing serverSentEvents(String instance, int maxBytes) {
        return new ServerSentEvents(instance, maxBytes);
    }

    /** Keeps an event whose lines a comment stands between. Not thread-safe. */
    final class ServerSentEvents implements Framing {
        private static final int NAME_BYTES = 64;

        private final String instance;
        private final int maxBytes;
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private String event = "message";

        private ServerSentEvents(String instance, int maxBytes) {
            this.instance = instance;
            this.maxBytes = maxBytes;
        }

        @Override
        public LineReader.@Nullable Line next(LineReader lines) throws IOException {
            while (true) {
                LineReader.Line line = lines.next();
                if (line == null || line.isCut()) {
                    clear();
                    return line;
                }
                String text = new String(line.bytes(), 0, Math.min(line.bytes().length, NAME_BYTES), UTF_8);
                if (text.startsWith(":")) {
                    return new LineReader.Line(new byte[0], 0);
                } else if (text.startsWith("event:")) {
                    event = text.substring("event:".length()).strip();
                } else if (text.startsWith("data:")) {
                    data.write(line.bytes(), "data:".length(), line.bytes().length - "data:".length());
                    if (data.size() > maxBytes) {
                        LineReader.Line cut =
                                new LineReader.Line(Arrays.copyOf(data.toByteArray(), maxBytes), data.size());
                        clear();
                        return cut;
                    }
                } else if (line.bytes().length == 0 && data.size() > 0) {
                    LineReader.Line message = enveloped(data.toString(UTF_8).strip());
                    clear();
                    return message;
                }
            }
        }

        private void clear() {
            data.reset();
            event = "message";
        }

        private LineReader.Line enveloped(String payload) {
            String value = payload.startsWith("{")
                    ? payload
                    : "\"" + payload.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            byte[] bytes = ("{\"event\":\"" + event + "\",\"instance\":\"" + instance + "\",\"payload\":" + value + "}")
                    .getBytes(UTF_8);
            return new LineReader.Line(bytes, bytes.length);
        }
    }
}
