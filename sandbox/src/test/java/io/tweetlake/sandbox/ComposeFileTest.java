package io.tweetlake.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be said of the compose file where no Docker engine runs. */
class ComposeFileTest {
    private static final Map<String, Integer> PORTS = Map.of(
            "ingest-service",
            8081,
            "enrich-streams",
            8082,
            "gold-aggregator",
            8083,
            "lake-writer",
            8084,
            "serving-api",
            8085);

    @Test
    void everyProcessIsAServiceOfTheSameName() throws IOException {
        for (String service : PORTS.keySet()) {
            assertThat(services().get(service))
                    .contains("image: tweetlake/" + service, "args: {SERVICE: " + service + "}")
                    .contains("KAFKA_BOOTSTRAP_SERVERS: kafka:9092", "<<: *service");
        }
    }

    @Test
    void everyServiceHasAHealthCheckOnThePortThatItServes() throws IOException {
        assertThat(services().values())
                .allSatisfy(service -> assertThat(service).contains("healthcheck:"));
        PORTS.forEach((service, port) -> {
            try {
                assertThat(Files.readString(Path.of("..", service, "README.md")))
                        .contains("| `health.port` | `" + port + "` |");
                assertThat(services().get(service)).contains("http://localhost:" + port + "/health/ready");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void everyDependencyWaitsForHealth() throws IOException {
        assertThat(Files.readString(file())).doesNotContain("service_started", "sleep");
        assertThat(lines().filter(line -> line.matches(" {6}[a-z-]+: \\{condition: .*}")))
                .isNotEmpty()
                .allMatch(line -> line.endsWith("{condition: service_healthy}"));
    }

    @Test
    void publicImagesArePinnedAndPortsAreOnLoopback() throws IOException {
        assertThat(lines().map(String::strip)
                        .filter(line -> line.startsWith("image: ") && !line.startsWith("image: tweetlake/")))
                .containsExactlyInAnyOrder(
                        "image: apache/hadoop:3.4.2", "image: apache/kafka:4.3.1", "image: postgres:17");
        assertThat(lines().map(String::strip).filter(line -> line.startsWith("ports:")))
                .allMatch(line -> line.contains("\"127.0.0.1:"));
    }

    /** The text of each service, by name. */
    private static Map<String, String> services() throws IOException {
        String all = Files.readString(file());
        String services = all.substring(all.indexOf("\nservices:\n") + 11, all.indexOf("\nvolumes:\n"));
        Map<String, String> byName = new TreeMap<>();
        for (String service : services.split("(?m)^(?=  [a-z-]+:$)")) {
            int colon = service.indexOf(':');
            if (colon > 0) {
                byName.put(service.substring(0, colon).strip(), service);
            }
        }
        return byName;
    }

    private static Stream<String> lines() throws IOException {
        return Files.readAllLines(file()).stream();
    }

    private static Path file() {
        return Path.of("../docker-compose.yml");
    }
}
