package io.tweetlake.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tweetlake.runtime.config.HealthConfig;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthServerTest {
    private static final HealthConfig LOOPBACK = new HealthConfig() {
        @Override
        public String host() {
            return "127.0.0.1";
        }

        @Override
        public int port() {
            return 0;
        }
    };

    /** Else anybody who reaches the port has the service killed by its orchestrator. */
    @Test
    void requestsThatNeverEndKeepNobodyFromAnAnswer() throws Exception {
        List<Socket> halves = new ArrayList<>();
        try (HealthServer server = new HealthServer(
                LOOPBACK, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), () -> true, () -> false)) {
            for (int i = 0; i < 20; i++) {
                Socket half = new Socket(InetAddress.getLoopbackAddress(), server.port());
                half.getOutputStream().write("GET / HTTP/1.1\r\nHost:".getBytes(US_ASCII));
                halves.add(half);
            }
            assertThat(status(server, "/health/live")).isEqualTo(200);
            assertThat(status(server, "/health/ready")).isEqualTo(503);
        } finally {
            for (Socket half : halves) {
                half.close();
            }
        }
    }

    private static int status(HealthServer server, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }
}
