package io.tweetlake.ingest.source;

import com.twitter.hbc.core.endpoint.BaseEndpoint;
import com.twitter.hbc.core.endpoint.StreamingEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * A long HTTP response that delivers messages.
 *
 * @param name of the source
 * @param server scheme, host and port
 * @param path below it
 * @param parameters of the query
 * @param framing how messages are told apart
 * @param silence without even a keep-alive, after which the connection is dead
 * @param maxBackfill minutes that may be asked for after a gap, 0 where the account may not
 * @param clearStale what to do when the server says that there are too many connections
 */
record HosebirdStream(
        String name,
        URI server,
        String path,
        Map<String, String> parameters,
        Credentials credentials,
        Framing framing,
        Duration silence,
        int maxBackfill,
        Runnable clearStale) {

    /**
     * hbc's own endpoints add parameters of v1.1 that X refuses now.
     *
     * @param backfill minutes to ask for with the next attempt
     */
    StreamingEndpoint endpoint(IntSupplier backfill) {
        return new Endpoint(path, parameters, backfill);
    }

    private static final class Endpoint extends BaseEndpoint implements StreamingEndpoint {
        private final IntSupplier backfill;

        Endpoint(String path, Map<String, String> parameters, IntSupplier backfill) {
            super(path, "GET");
            this.backfill = backfill;
            parameters.forEach(this::addQueryParameter);
        }

        @Override
        public String getPath(String version) {
            return super.path;
        }

        /** hbc asks for the address before every attempt, and for its log. */
        @Override
        public String getURI() {
            int minutes = backfill.getAsInt();
            if (minutes > 0) {
                addQueryParameter("backfill_minutes", String.valueOf(minutes));
            } else {
                removeQueryParameter("backfill_minutes");
            }
            return super.getURI();
        }

        /** hbc's estimate is a thousand times too large, and counts posts. */
        @Override
        public void setBackfillCount(int count) {}
    }
}
