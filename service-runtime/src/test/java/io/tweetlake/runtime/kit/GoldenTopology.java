package io.tweetlake.runtime.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.apache.kafka.streams.Topology;

/**
 * A topology's description is kept as a file: a difference changes state and internal topics, and is decided in review.
 */
public final class GoldenTopology {
    private GoldenTopology() {}

    /** Fails if the topology is not described by the test resource, or holds a name that Kafka Streams made up. */
    public static void assertDescribes(String resource, Topology topology) throws IOException {
        String described = topology.describe().toString();
        try (InputStream golden = Objects.requireNonNull(
                GoldenTopology.class.getResourceAsStream(resource), "no test resource " + resource)) {
            assertThat(described).isEqualToNormalizingNewlines(new String(golden.readAllBytes(), UTF_8));
        }
        assertThat(described).doesNotContain("KSTREAM-", "KTABLE-");
    }
}
