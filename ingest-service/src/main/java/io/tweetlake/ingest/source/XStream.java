package io.tweetlake.ingest.source;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * X's streams: filtered and sample of v2, and any other that delivers lines of JSON (Powerstream, PowerTrack), which is
 * named by its path. Source: docs.x.com, OpenAPI 2.167.
 */
public final class XStream {
    /** The stream whose rules are ours. */
    public static final String FILTERED = "/2/tweets/search/stream";

    private static final Map<String, String> ENDPOINT_NAMES =
            Map.of(FILTERED, "filtered_stream", "/2/tweets/sample/stream", "sample_stream");

    private static final Logger log = LoggerFactory.getLogger(XStream.class);

    /** Keep-alives come every 20 s at least. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final int MOST_BACKFILL_MINUTES = 5;
    private static final String POST_FIELDS = "article,attachments,author_id,community_id,context_annotations,"
            + "conversation_id,created_at,display_text_range,edit_controls,edit_history_tweet_ids,entities,geo,id,"
            + "in_reply_to_user_id,lang,note_tweet,paid_partnership,possibly_sensitive,public_metrics,"
            + "referenced_tweets,reply_settings,text,withheld";
    private static final String EXPANSIONS = "author_id,in_reply_to_user_id,referenced_tweets.id,"
            + "referenced_tweets.id.author_id,entities.mentions.username,geo.place_id,attachments.media_keys";
    private static final String USER_FIELDS = "created_at,description,id,location,name,protected,public_metrics,url,"
            + "username,verified,verified_type,withheld";
    private static final String PLACE_FIELDS = "country,country_code,full_name,geo,id,name,place_type";
    private static final String MEDIA_FIELDS =
            "alt_text,duration_ms,height,media_key,preview_image_url,public_metrics,type,url,width";

    private XStream() {}

    /**
     * What v2 is asked to deliver with a post.
     *
     * @param expansions whether with its author and all that it refers to; X may charge for these too
     */
    static Map<String, String> fields(boolean expansions) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("tweet.fields", POST_FIELDS);
        if (expansions) {
            fields.put("expansions", EXPANSIONS);
            fields.put("user.fields", USER_FIELDS);
            fields.put("place.fields", PLACE_FIELDS);
            fields.put("media.fields", MEDIA_FIELDS);
        }
        return fields;
    }

    /**
     * Connects.
     *
     * @param server base address; a path that is an address of its own goes elsewhere
     * @param path the stream's
     * @param expansions see {@link #fields}
     * @param maxBackfill minutes that the account may ask for after a gap, 0 for none
     * @param lastAlive until when an earlier process was connected, or null
     * @param scale of all waits
     */
    public static TweetSource open(
            URI server,
            String path,
            Credentials credentials,
            boolean expansions,
            int maxBackfill,
            @Nullable Instant lastAlive,
            double scale,
            Network network,
            int maxMessageBytes,
            InstantSource clock) {
        URI address = server.resolve(path);
        XApi api = new XApi(server, credentials, network);
        Map<String, String> parameters = HosebirdStream.query(address);
        if (address.getPath().startsWith("/2/tweets/")) {
            parameters.putAll(fields(expansions));
        }
        HosebirdStream stream = new HosebirdStream(
                "x",
                URI.create(address.getScheme() + "://" + address.getRawAuthority()),
                address.getRawPath(),
                parameters,
                credentials,
                Framing.lines(),
                ConnectionPolicy.scaled(SILENCE, scale),
                Math.min(maxBackfill, MOST_BACKFILL_MINUTES),
                () -> clearStale(api, address.getPath()));
        return new HosebirdTweetSource(
                stream, ConnectionPolicy.standard().scaled(scale), network, maxMessageBytes, lastAlive, clock);
    }

    /** Ends the connections that a killed process has left behind; only of the streams whose name there is known. */
    private static boolean clearStale(XApi api, String path) {
        String endpoint = ENDPOINT_NAMES.get(path);
        if (endpoint == null) {
            return false;
        }
        try {
            int status = api.delete("/2/connections/" + endpoint).answer().status();
            log.warn("asked X to end stale connections of {}: HTTP {}", endpoint, status);
            return status == 200;
        } catch (IOException e) {
            log.warn("cannot ask X to end stale connections: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
