package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.twitter.hbc.core.endpoint.BaseEndpoint;
import com.twitter.hbc.core.endpoint.StreamingEndpoint;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
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
 * @param clearStale ends connections that nobody holds any more; false if that cannot be done
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
        BooleanSupplier clearStale) {

    /**
     * hbc's own endpoints add parameters of v1.1 that X refuses now.
     *
     * @param backfill minutes to ask for with the next attempt
     */
    StreamingEndpoint endpoint(IntSupplier backfill) {
        return new Endpoint(path, parameters, backfill);
    }

    /** The parameters of an address. */
    static Map<String, String> query(URI address) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (address.getRawQuery() != null) {
            for (String pair : address.getRawQuery().split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.put(URLDecoder.decode(name, UTF_8), URLDecoder.decode(value, UTF_8));
            }
        }
        return parameters;
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
