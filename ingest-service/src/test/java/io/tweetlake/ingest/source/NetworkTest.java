package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.Secret;
import io.tweetlake.standin.StandInX;
import io.tweetlake.standin.Step;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NetworkTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String STORE_PASSWORD = "not-a-secret";

    @TempDir
    private Path folder;

    @Test
    void believesTheAuthoritiesOfAFileAndOnlyThose() throws Exception {
        Path authority = selfSigned();
        HttpsServer server = HttpsServer.create(ANY_PORT, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context()));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"n\":1}\r\n".getBytes(UTF_8));
            exchange.getResponseBody().close();
        });
        server.start();
        try {
            URI address = URI.create("https://localhost:" + server.getAddress().getPort());
            try (TweetSource source = connect(address, Network.of(Optional.of(authority), Optional.empty()))) {
                assertThat(TweetSourceContract.messages(source, 1)).containsExactly("{\"n\":1}");
            }
            try (TweetSource source = connect(address, Network.of(Optional.empty(), Optional.empty()))) {
                assertThat(source.poll(Duration.ofSeconds(10)))
                        .isInstanceOfSatisfying(SourceEvent.Refused.class, refused -> assertThat(refused.cause())
                                .contains("PKIX"));
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void goesThroughAProxy() throws Exception {
        try (StandInX proxy =
                StandInX.start(ANY_PORT, "the-token", 1, 0, Duration.ofMillis(50), InstantSource.system())) {
            proxy.script(Step.deliver(List.of("{\"n\":1}"), Step.End.STALL));
            Network network = Network.of(Optional.empty(), Optional.of(proxy.address()));
            try (TweetSource source = connect(URI.create("http://api.invalid"), network)) {
                assertThat(TweetSourceContract.messages(source, 1)).containsExactly("{\"n\":1}");
            }
            assertThat(proxy.requests().get(0).path()).startsWith("http://api.invalid/2/tweets/search/stream");
        }
    }

    @Test
    void refusesWhatIsNoProxyAndNoCertificate() throws Exception {
        assertThatThrownBy(() -> Network.of(Optional.empty(), Optional.of(URI.create("proxy"))))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("http://host:port");
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        assertThatThrownBy(() -> Network.of(Optional.of(empty), Optional.empty()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("holds no certificate");
    }

    /** Makes a key for localhost, and gives back its certificate. */
    private Path selfSigned() throws Exception {
        Path store = folder.resolve("store.p12");
        Path pem = folder.resolve("authority.pem");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-keystore",
                store.toString());
        keytool("-exportcert", "-rfc", "-file", pem.toString(), "-keystore", store.toString());
        return pem;
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", "localhost", "-storetype", "PKCS12", "-storepass", STORE_PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(new String(process.getInputStream().readAllBytes(), UTF_8))
                .isZero();
    }

    private SSLContext context() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("store.p12"))) {
            store.load(in, STORE_PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, STORE_PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static TweetSource connect(URI server, Network network) {
        return XStream.open(
                server,
                XStream.FILTERED,
                Credentials.bearer(Secret.of("the-token")),
                true,
                0,
                null,
                0.01,
                network,
                1_000,
                InstantSource.system());
    }
}
