package io.tweetlake.ingest.source;

import com.twitter.hbc.httpclient.auth.Authentication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.HttpResponse;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.params.ClientPNames;
import org.apache.http.client.protocol.RequestAcceptEncoding;
import org.apache.http.client.protocol.ResponseContentEncoding;
import org.apache.http.conn.params.ConnRoutePNames;
import org.apache.http.conn.scheme.PlainSocketFactory;
import org.apache.http.conn.scheme.Scheme;
import org.apache.http.conn.scheme.SchemeRegistry;
import org.apache.http.conn.ssl.SSLSocketFactory;
import org.apache.http.impl.client.AbstractHttpClient;
import org.apache.http.impl.client.DefaultHttpRequestRetryHandler;
import org.apache.http.params.CoreConnectionPNames;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What hbc leaves out of its HTTP client: tokens, gzip that can be interrupted, the words of an error, a proxy, own
 * certificate authorities; and what it does too much. It sees the requests and the answers by hbc's seam for
 * authentication. Thread-safe.
 */
@SuppressWarnings("deprecation") // hbc is built on httpclient's old interface
final class HosebirdHttp implements Authentication {
    private static final Logger log = LoggerFactory.getLogger(HosebirdHttp.class);
    private static final int MAX_ERROR_BYTES = 16 * 1024;
    private static final int READ_BUFFER_BYTES = 64 * 1024;

    private final Credentials credentials;
    private final Network network;
    private volatile @Nullable HttpUriRequest request;
    private volatile @Nullable Answer answer;
    private volatile String sent = "";

    HosebirdHttp(Credentials credentials, Network network) {
        this.credentials = credentials;
        this.network = network;
    }

    SchemeRegistry schemes() {
        SchemeRegistry schemes = new SchemeRegistry();
        schemes.register(new Scheme("http", 80, PlainSocketFactory.getSocketFactory()));
        schemes.register(new Scheme(
                "https",
                443,
                new SSLSocketFactory(network.tls(), SSLSocketFactory.BROWSER_COMPATIBLE_HOSTNAME_VERIFIER)));
        return schemes;
    }

    @Override
    public void setupConnection(AbstractHttpClient client) {
        // A redirect would carry the token to another host.
        client.getParams().setBooleanParameter(ClientPNames.HANDLE_REDIRECTS, false);
        // Otherwise each of hbc's attempts is silently four.
        client.setHttpRequestRetryHandler(new DefaultHttpRequestRetryHandler(0, false));
        // A stream of small chunks is otherwise read in small pieces.
        client.getParams().setIntParameter(CoreConnectionPNames.SOCKET_BUFFER_SIZE, READ_BUFFER_BYTES);
        network.proxy().ifPresent(proxy -> client.getParams()
                .setParameter(ConnRoutePNames.DEFAULT_PROXY, new HttpHost(proxy.getHost(), proxy.getPort())));
        // hbc's own gzip wraps the request, which then cannot be aborted.
        client.addRequestInterceptor(new RequestAcceptEncoding());
        client.addResponseInterceptor(new ResponseContentEncoding());
        client.addResponseInterceptor(this::received);
    }

    @Override
    public void signRequest(HttpUriRequest toSign, String postBody) {
        try {
            sent = credentials.header().reveal();
        } catch (IOException e) {
            log.error("{}; sending the last one", e.getMessage());
        }
        toSign.setHeader("Authorization", sent);
        request = toSign;
    }

    private void received(HttpResponse response, HttpContext context) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (Header header : response.getAllHeaders()) {
            headers.put(header.getName().toLowerCase(Locale.ROOT), header.getValue());
        }
        int status = response.getStatusLine().getStatusCode();
        answer = new Answer(status, headers, "");
        if (status != 200 && response.getEntity() != null) {
            byte[] bytes = response.getEntity().getContent().readNBytes(MAX_ERROR_BYTES);
            answer = new Answer(status, headers, new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** Before an attempt. */
    void begin() {
        answer = null;
    }

    /** What the server answered to the last attempt; null if it was not reached. */
    @Nullable
    Answer answer() {
        return answer;
    }

    boolean credentialsChanged() {
        try {
            return !credentials.header().reveal().equals(sent);
        } catch (IOException betweenTwoTokens) {
            return false;
        }
    }

    /** Ends the connection within milliseconds, also a silent one: hbc's own stop waits for the next message. */
    void cut() {
        HttpUriRequest current = request;
        if (current != null) {
            current.abort();
        }
    }
}
