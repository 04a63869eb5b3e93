package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
     */
    static Framing serverSentEvents(String instance) {
        return lines -> {
            String event = "message";
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            while (true) {
                LineReader.Line line = lines.next();
                if (line == null || line.isCut()) {
                    return line;
                }
                String text = new String(line.bytes(), 0, Math.min(line.bytes().length, 64), UTF_8);
                if (text.startsWith(":")) {
                    return new LineReader.Line(new byte[0], 0);
                } else if (text.startsWith("event:")) {
                    event = text.substring("event:".length()).strip();
                } else if (text.startsWith("data:")) {
                    data.write(line.bytes(), "data:".length(), line.bytes().length - "data:".length());
                } else if (line.bytes().length == 0 && data.size() > 0) {
                    return enveloped(event, instance, data.toString(UTF_8).strip());
                }
            }
        };
    }

    private static LineReader.Line enveloped(String event, String instance, String data) {
        String payload =
                data.startsWith("{") ? data : "\"" + data.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        byte[] bytes = ("{\"event\":\"" + event + "\",\"instance\":\"" + instance + "\",\"payload\":" + payload + "}")
                .getBytes(UTF_8);
        return new LineReader.Line(bytes, bytes.length);
    }
}
