package io.tweetlake.sandbox.infra;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that a server can still be given a while later. A port that the system itself chooses is one of those that it
 * gives to outgoing connections, from 32768 on Linux: any client may hold it by the time the server starts.
 */
public final class FreePort {
    private static final int FIRST = 16_384;
    private static final int END = 32_768;
    private static final int ATTEMPTS = 1_000;

    private FreePort() {}

    /**
     * Finds a port that nobody listens on.
     *
     * @throws IOException if there is none
     */
    public static int find() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (is(port)) {
                return port;
            }
        }
        throw new IOException("no free port among %d tried from %d to %d".formatted(ATTEMPTS, FIRST, END - 1));
    }

    /** Whether a server can listen on a port of the loopback interface now. */
    public static boolean is(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
