package io.tweetlake.ingest.source;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The public timeline of a Mastodon server by server-sent events, over hbc. Source: docs.joinmastodon.org, "Streaming".
 */
public final class MastodonStream {
    /** A {@code :thump} comes every 15 s. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private MastodonStream() {}

    /**
     * Connects.
     *
     * @param server {@code https://} and the server's name
     * @param path such as {@code /api/v1/streaming/public}
     * @param scale of all waits
     */
    public static TweetSource open(
            URI server,
            String path,
            Credentials credentials,
            double scale,
            Network network,
            int maxMessageBytes,
            InstantSource clock) {
        URI address = server.resolve(path);
        HosebirdStream stream = new HosebirdStream(
                "mastodon",
                URI.create(address.getScheme() + "://" + address.getRawAuthority()),
                address.getRawPath(),
                HosebirdStream.query(address),
                credentials,
                Framing.serverSentEvents(address.getHost(), maxMessageBytes),
                ConnectionPolicy.scaled(SILENCE, scale),
                0,
                () -> false);
        return new HosebirdTweetSource(
                stream, ConnectionPolicy.standard().scaled(scale), network, maxMessageBytes, null, clock);
    }
}
