package io.tweetlake.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HappyCsvTest {
    private static final String HAPPIEST = """
            {"window": {"start": "2021-06-01T12:00:00Z"},
             "items": [{"hashtag": "someS1", "smiles": 6}, {"hashtag": ":):):)", "smiles": 3}, {"hashtag": "a,\\"b", "smiles": 1}]}""";

    @TempDir
    private Path folder;

    @Test
    void isTheHourTheHashtagAndTheSmiles() throws Exception {
        assertThat(HappyCsv.lines(false, happiest()))
                .isEqualTo("2021-06-01 12:00:00, someS1, 6\n2021-06-01 12:00:00, :):):), 3\n"
                        + "2021-06-01 12:00:00, \"a,\"\"b\", 1\n");
    }

    @Test
    void aHeaderIsAskedFor() throws Exception {
        assertThat(HappyCsv.lines(true, happiest())).startsWith("hourTs, hashtag, countSmiles\n2021-06-01");
    }

    @Test
    void replacesTheFileOfAnyHadoopFileSystem() throws Exception {
        Path file = folder.resolve("out/happy.csv");
        HappyCsv.write(file.toUri(), false, happiest());
        HappyCsv.write(file.toUri(), true, happiest());
        assertThat(Files.readString(file)).isEqualTo(HappyCsv.lines(true, happiest()));
    }

    private static JsonNode happiest() throws Exception {
        return new JsonMapper().readTree(HAPPIEST);
    }
}
