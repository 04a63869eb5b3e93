package io.tweetlake.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** The answer to a request, down to the socket, so that a handler can also break it. One thread uses it. */
final class HttpExchange {
    private static final int BUFFER = 64 * 1024;

    private final Socket socket;
    private final HttpRequest request;
    private final InputStream in;
    private final OutputStream out;

    HttpExchange(Socket socket, HttpRequest request, InputStream in) throws IOException {
        this.socket = socket;
        this.request = request;
        this.in = in;
        this.out = socket.getOutputStream();
    }

    HttpRequest request() {
        return request;
    }

    /** The bytes behind the request, and the socket's own output: for a protocol that takes over. */
    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    void respond(int status, String body) throws IOException {
        respond(status, Map.of(), body);
    }

    void respond(int status, Map<String, String> headers, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        StringBuilder head = head(status, headers);
        head.append("Content-Type: application/json; charset=utf-8\r\nContent-Length: ")
                .append(bytes.length)
                .append("\r\nConnection: close\r\n\r\n");
        out.write(head.toString().getBytes(UTF_8));
        out.write(bytes);
        out.flush();
    }

    void respondHead(int status, Map<String, String> headers) throws IOException {
        out.write(head(status, headers).append("\r\n").toString().getBytes(UTF_8));
        out.flush();
    }

    /** A response without an end, compressed if the client takes that; closing the stream ends it in order. */
    OutputStream stream() throws IOException {
        return stream(true);
    }

    /** @param mayCompress whether it is compressed for clients that take that */
    OutputStream stream(boolean mayCompress) throws IOException {
        boolean gzip = mayCompress
                && request.headers().getOrDefault("accept-encoding", "").contains("gzip");
        StringBuilder head = head(200, Map.of("Content-Type", "application/json; charset=utf-8"));
        head.append("Transfer-Encoding: chunked\r\n");
        head.append(gzip ? "Content-Encoding: gzip\r\n\r\n" : "\r\n");
        out.write(head.toString().getBytes(UTF_8));
        out.flush();
        OutputStream chunks = new BufferedOutputStream(new Chunks(), BUFFER);
        return gzip ? new GZIPOutputStream(chunks, BUFFER, true) : chunks;
    }

    /** Closes the socket so that the client's next read fails. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Closes the socket without an end of the response. */
    void cut() throws IOException {
        socket.close();
    }

    boolean isCut() {
        return socket.isClosed();
    }

    private static StringBuilder head(int status, Map<String, String> headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Status\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head;
    }

    private final class Chunks extends OutputStream {
        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                out.write((Integer.toHexString(length) + "\r\n").getBytes(UTF_8));
                out.write(bytes, offset, length);
                out.write("\r\n".getBytes(UTF_8));
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.write("0\r\n\r\n".getBytes(UTF_8));
            out.flush();
        }
    }
}
