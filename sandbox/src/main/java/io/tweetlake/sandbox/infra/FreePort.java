package io.tweetlake.sandbox.infra;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports that a server can still be given a while later. A port that the system itself chooses is one of those that it
 * gives to outgoing connections, from 32768 on Linux: any client may hold it by the time the server starts.
 * Thread-safe.
 */
public final class FreePort {
    private static final int FIRST = 16_384;
    private static final int COUNT = 16_384;

    /** No port is found twice; other processes begin elsewhere. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePort() {}

    /**
     * Finds a port that nobody listens on.
     *
     * @throws IOException if there is none
     */
    public static int find() throws IOException {
        for (int attempt = 0; attempt < COUNT; attempt++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (is(port)) {
                return port;
            }
        }
        throw new IOException("no free port from %d to %d".formatted(FIRST, FIRST + COUNT - 1));
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
