package io.tweetlake.ingest.source;

import com.twitter.hbc.core.Hosts;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * hbc asks for a host before every attempt to connect, also where it forgets to wait (after a connection that was
 * accepted and closed, and after a DNS failure): here they are kept apart. No host means stop.
 */
final class ConnectionPacer implements Hosts {
    private final String host;
    private final Duration gap;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private boolean first = true;

    ConnectionPacer(URI host, Duration gap) {
        this.host = host.toString();
        this.gap = gap;
    }

    @Override
    public @Nullable String nextHost() {
        try {
            boolean stop = stopped.await(first ? 0 : gap.toMillis(), TimeUnit.MILLISECONDS);
            first = false;
            return stop ? null : host;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    void stop() {
        stopped.countDown();
    }
}
