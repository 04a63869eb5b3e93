package io.tweetlake.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked for wrongly gets one line that says what to do, and exit code 2. */
class WrongUseTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "up --source telegraph                    | --source is telegraph; it must be",
                "up --source archive                      | --source archive needs --input",
                "up --input some.jsonl                    | --input goes with --source archive",
                "up --until-drained                       | --until-drained needs a source that ends",
                "up --source archive --input /no/such.gz  | no such file or folder, or not readable: /no/such.gz",
                "up --rate fast                           | --rate is fast; it must be max or a number",
                "up --set ingest.x.refill                  | --set is ingest.x.refill; it must be KEY=VALUE",
                "up --port-offset 60000                   | --port-offset is 60000; it must be 0 to 50000",
                "up --no-such-option                      | Unknown option: '--no-such-option'",
                "tail                                     | Missing required parameter: 'TOPIC'",
                "tail silver.tweets                       | no sandbox runs in",
                "top trending                             | no sandbox runs in",
                "top weather                              | Invalid value for positional parameter",
                "top trending --csv happy.csv             | --csv goes with: top happy",
                "up --set nonsense.key=1                  | its key must begin with ingest., enrich., gold.",
                "up --set topics.partitions=0             | --set is topics.partitions=0; a topic has 1 to 9999",
                "lake ls                                  | there is no lake in",
                "lake verify --lake file:///no/such/lake  | there is no lake at file:///no/such/lake",
                "lake ls --lake file:///no/such/lake      | there is no lake at file:///no/such/lake",
                "lake verify-gold --lake file:///no/such  | there is no lake at file:///no/such",
                "lake sql                                 | Missing required parameter: 'STATEMENT'",
            })
    void saysWhatToDo(String command, String message) {
        String[] words = command.strip().split(" ");
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            assertThat(TweetlakeMain.commandLine()
                            .setDefaultValueProvider(
                                    option -> option.paramLabel().equals("DIR")
                                            ? folder.resolve("work").toString()
                                            : null)
                            .execute(words))
                    .isEqualTo(2);
        } finally {
            System.setErr(err);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .startsWith("tweetlake: ")
                .contains(message);
    }

    @Test
    void namesThePortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> new Ports(taken.getLocalPort() - 9092).requireFree(1))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("in use: port " + taken.getLocalPort() + " (Kafka)")
                    .hasMessageContaining("--port-offset N");
        }
    }
}
