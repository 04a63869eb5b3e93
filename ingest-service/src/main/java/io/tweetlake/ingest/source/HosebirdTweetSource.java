package io.tweetlake.ingest.source;

import com.twitter.hbc.ClientBuilder;
import com.twitter.hbc.core.endpoint.DefaultStreamingEndpoint;
import com.twitter.hbc.core.event.Event;
import com.twitter.hbc.core.processor.HosebirdMessageProcessor;
import com.twitter.hbc.httpclient.BasicClient;
import io.tweetlake.runtime.config.Secret;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * X's v2 filtered stream by hbc: one long HTTP response of JSON lines, with blank lines as keep-alives. A full
 * hand-over blocks the reading thread, and so the server: nothing is dropped here.
 */
public final class HosebirdTweetSource implements TweetSource {
    private static final Logger log = LoggerFactory.getLogger(HosebirdTweetSource.class);

    /** Keep-alives come every 20 s: two of them missing is a dead connection. */
    private static final Duration SILENCE_BOUND = Duration.ofSeconds(45);

    private static final Duration CONNECT_BOUND = Duration.ofSeconds(10);
    private static final Duration GAP_BETWEEN_CONNECTS = Duration.ofSeconds(1);
    private static final Duration STOP_BOUND = Duration.ofSeconds(1);

    private static final String POST_FIELDS = "attachments,author_id,conversation_id,created_at,edit_controls,"
            + "edit_history_tweet_ids,entities,geo,id,in_reply_to_user_id,lang,note_tweet,possibly_sensitive,"
            + "public_metrics,referenced_tweets,text,withheld";
    private static final String EXPANSIONS = "author_id,geo.place_id,attachments.media_keys,referenced_tweets.id";

    private final BlockingQueue<Delivery> deliveries = new SynchronousQueue<>();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(1000);
    private final BearerAuthentication authentication;
    private final ConnectionPacer pacer;
    private final BasicClient client;
    private final InstantSource clock;
    private volatile boolean connected;

    public HosebirdTweetSource(URI baseAddress, Secret bearerToken, int maxMessageBytes, InstantSource clock) {
        this.authentication = new BearerAuthentication(bearerToken);
        this.pacer = new ConnectionPacer(baseAddress, GAP_BETWEEN_CONNECTS);
        this.clock = clock;
        this.client = new ClientBuilder()
                .name("x")
                .hosts(pacer)
                .endpoint(filteredStream())
                .authentication(authentication)
                .processor(new LineProcessor(maxMessageBytes))
                .eventMessageQueue(events)
                .gzipEnabled(false)
                .socketTimeout((int) SILENCE_BOUND.toMillis())
                .connectionTimeout((int) CONNECT_BOUND.toMillis())
                .build();
        client.connect();
    }

    @Override
    public @Nullable Delivery poll(Duration atMost) throws IOException, InterruptedException {
        logEvents();
        Delivery delivery = deliveries.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (delivery == null && client.isDone()) {
            logEvents();
            throw new IOException("the stream ended for good: "
                    + client.getExitEvent().getMessage()
                    + "; check the address (ingest.x.url), the token (ingest.x.bearer-token) and the stream's rules");
        }
        return delivery;
    }

    @Override
    public boolean ready() {
        return connected;
    }

    @Override
    public boolean finished() {
        return false;
    }

    @Override
    public void close() {
        pacer.stop();
        authentication.cutConnection();
        client.stop((int) STOP_BOUND.toMillis());
    }

    private static DefaultStreamingEndpoint filteredStream() {
        DefaultStreamingEndpoint endpoint = new DefaultStreamingEndpoint("/tweets/search/stream", "GET", false);
        endpoint.setApiVersion("2");
        // v1.1 parameters that hbc adds by default, and that v2 refuses.
        endpoint.delimited(false);
        endpoint.stallWarnings(false);
        endpoint.addQueryParameter("tweet.fields", POST_FIELDS);
        endpoint.addQueryParameter("expansions", EXPANSIONS);
        endpoint.addQueryParameter("user.fields", "id,name,username,public_metrics");
        endpoint.addQueryParameter("place.fields", "id,full_name,country_code,place_type");
        endpoint.addQueryParameter("media.fields", "media_key,type,url,preview_image_url");
        return endpoint;
    }

    private void logEvents() {
        List<Event> news = new ArrayList<>();
        events.drainTo(news);
        for (Event event : news) {
            switch (event.getEventType()) {
                case CONNECTED -> log.info("connected: {}", event.getMessage());
                case HTTP_ERROR, CONNECTION_ERROR, STOPPED_BY_ERROR ->
                    log.warn("{}: {}", event.getEventType(), event.getMessage());
                case DISCONNECTED -> log.warn("disconnected: {}", event.getMessage());
                default -> log.debug("{}: {}", event.getEventType(), event.getMessage());
            }
        }
    }

    /** Runs on hbc's thread. */
    private final class LineProcessor implements HosebirdMessageProcessor {
        private final int maxMessageBytes;
        private @Nullable LineReader lines;
        private int connection;

        LineProcessor(int maxMessageBytes) {
            this.maxMessageBytes = maxMessageBytes;
        }

        @Override
        public void setup(InputStream in) {
            lines = new LineReader(in, maxMessageBytes);
            connection++;
            connected = true;
        }

        /** Also returns on a keep-alive, so that hbc sees its stop flag. */
        @Override
        public boolean process() throws IOException, InterruptedException {
            LineReader.Line line;
            try {
                line = Objects.requireNonNull(lines).next();
            } catch (IOException e) {
                connected = false;
                throw e;
            }
            if (line == null) {
                connected = false;
                throw new EOFException("the server closed the stream");
            }
            String problem = line.isCut()
                    ? "the message is %d bytes long, ingest.max-message-bytes allows %d"
                            .formatted(line.length(), maxMessageBytes)
                    : null;
            deliveries.put(new Delivery(line.bytes(), clock.instant(), "x-" + connection, null, problem));
            return true;
        }
    }
}
