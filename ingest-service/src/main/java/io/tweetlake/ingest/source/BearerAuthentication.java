package io.tweetlake.ingest.source;

import com.twitter.hbc.httpclient.auth.Authentication;
import io.tweetlake.runtime.config.Secret;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.params.ClientPNames;
import org.apache.http.impl.client.AbstractHttpClient;
import org.apache.http.impl.client.DefaultHttpRequestRetryHandler;
import org.jspecify.annotations.Nullable;

/** The app-only bearer token that the v2 streams ask for, which hbc does not know; and a way to cut the connection. */
@SuppressWarnings("deprecation") // hbc is built on httpclient's old interface
final class BearerAuthentication implements Authentication {
    private final Secret token;
    private final AtomicReference<@Nullable AbstractHttpClient> http = new AtomicReference<>();

    BearerAuthentication(Secret token) {
        this.token = token;
    }

    @Override
    public void setupConnection(AbstractHttpClient client) {
        // A redirect would carry the token to another host.
        client.getParams().setBooleanParameter(ClientPNames.HANDLE_REDIRECTS, false);
        // Otherwise each of hbc's attempts is silently four.
        client.setHttpRequestRetryHandler(new DefaultHttpRequestRetryHandler(0, false));
        http.set(client);
    }

    @Override
    public void signRequest(HttpUriRequest request, String postBody) {
        request.setHeader("Authorization", "Bearer " + token.reveal());
    }

    /** Closes the socket: hbc's own stop waits for the next message. */
    void cutConnection() {
        AbstractHttpClient client = http.get();
        if (client != null) {
            client.getConnectionManager().shutdown();
        }
    }
}
