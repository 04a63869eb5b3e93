package io.tweetlake.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StandInXTest {
    private StandInX x;

    @BeforeEach
    void start() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        x = StandInX.start(address, "the-token", 1, 200, Duration.ofSeconds(10), InstantSource.system());
    }

    @AfterEach
    void stop() throws Exception {
        x.close();
    }

    @Test
    void refusesAWrongToken() throws Exception {
        assertThat(connect("another").getResponseCode()).isEqualTo(401);
    }

    @Test
    void streamsLinesEndedByCrlf() throws Exception {
        HttpURLConnection connection = connect("the-token");
        try (var in = connection.getInputStream()) {
            byte[] some = in.readNBytes(4_000);
            assertThat(new String(some, StandardCharsets.UTF_8))
                    .startsWith("\r\n{\"data\":")
                    .contains("}\r\n{");
        }
    }

    @Test
    void takesOneConnectionAtATime() throws Exception {
        HttpURLConnection first = connect("the-token");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(first.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEmpty();
            HttpURLConnection second = connect("the-token");
            assertThat(second.getResponseCode()).isEqualTo(429);
            assertThat(new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("TooManyConnections");
        }
    }

    @Test
    void keepsRulesAndRefusesBadOnes() throws Exception {
        assertThat(post("/2/tweets/search/stream/rules?dry_run=true", "{\"add\":[{\"value\":\"a\",\"tag\":\"t\"}]}"))
                .isEqualTo(201);
        assertThat(x.rules()).isEmpty();
        assertThat(post("/2/tweets/search/stream/rules", "{\"add\":[{\"value\":\"(a\",\"tag\":\"t\"}]}"))
                .isEqualTo(400);
        assertThat(post("/2/tweets/search/stream/rules", "{\"add\":[{\"value\":\"a b\",\"tag\":\"t\"}]}"))
                .isEqualTo(201);
        assertThat(x.rules()).containsExactly("t: a b");
    }

    @Test
    void doesWhatItsScriptSaysFirst() throws Exception {
        x.script(Step.refuse(503, "{}"), Step.deliver(List.of("{\"n\":1}"), Step.End.CLOSE));
        assertThat(connect("the-token").getResponseCode()).isEqualTo(503);
        try (var in = connect("the-token").getInputStream()) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("{\"n\":1}\r\n");
        }
        assertThat(x.stepsLeft()).isZero();
    }

    private int post(String path, String body) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) x.address().resolve(path).toURL().openConnection();
        connection.setRequestProperty("Authorization", "Bearer the-token");
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        return connection.getResponseCode();
    }

    private HttpURLConnection connect(String token) throws Exception {
        HttpURLConnection connection = (HttpURLConnection)
                x.address().resolve("/2/tweets/search/stream").toURL().openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + token);
        return connection;
    }
}
