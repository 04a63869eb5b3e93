package io.tweetlake.sandbox.x;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
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
        x = StandInX.start(address, "the-token", 1, 200, InstantSource.system());
    }

    @AfterEach
    void stop() {
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
                    .startsWith("{\"data\":")
                    .contains("}\r\n{");
        }
    }

    @Test
    void takesOneConnectionAtATime() throws Exception {
        HttpURLConnection first = connect("the-token");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(first.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith("{");
            HttpURLConnection second = connect("the-token");
            assertThat(second.getResponseCode()).isEqualTo(429);
            assertThat(new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("TooManyConnections");
        }
    }

    private HttpURLConnection connect(String token) throws Exception {
        HttpURLConnection connection = (HttpURLConnection)
                x.address().resolve("/2/tweets/search/stream").toURL().openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + token);
        return connection;
    }
}
