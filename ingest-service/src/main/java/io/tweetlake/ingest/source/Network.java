package io.tweetlake.ingest.source;

import io.tweetlake.runtime.config.InvalidConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * How servers are reached: through a proxy or not, and which certificate authorities are believed. Immutable.
 *
 * @param tls trusts the JVM's authorities, or those of a file alone
 * @param proxy {@code http://host:port}
 */
public record Network(SSLContext tls, Optional<URI> proxy) {
    private static final Duration CONNECT_BOUND = Duration.ofSeconds(10);

    /**
     * @param authorities a PEM file
     * @throws InvalidConfigException if the file or the address is of no use
     */
    public static Network of(Optional<Path> authorities, Optional<URI> proxy) {
        if (proxy.isPresent() && (proxy.get().getHost() == null || proxy.get().getPort() < 0)) {
            throw invalid("ingest.proxy is " + proxy.get() + "; it must be http://host:port");
        }
        try {
            return new Network(authorities.isEmpty() ? SSLContext.getDefault() : trusting(authorities.get()), proxy);
        } catch (IOException | GeneralSecurityException e) {
            throw invalid("cannot use the certificates of "
                    + authorities.map(Path::toString).orElse("the JVM") + " (ingest.tls-authorities): "
                    + e.getMessage());
        }
    }

    private static SSLContext trusting(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            if (number == 0) {
                throw new IOException("it holds no certificate");
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** For requests and WebSockets. A redirect is never followed: it would carry the token to another host. */
    HttpClient client() {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_BOUND)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(tls);
        proxy.ifPresent(
                address -> client.proxy(ProxySelector.of(new InetSocketAddress(address.getHost(), address.getPort()))));
        return client.build();
    }

    private static InvalidConfigException invalid(String problem) {
        return new InvalidConfigException(List.of(problem));
    }
}
