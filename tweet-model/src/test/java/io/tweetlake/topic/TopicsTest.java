package io.tweetlake.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TopicsTest {

    @Test
    void aTopicsNameWithDotsAsSlashesIsItsLakePath() {
        assertThat(Topics.BRONZE_TWEETS_AI.lakePath()).isEqualTo("bronze/tweets/ai");
        assertThat(Topics.GOLD_HASHTAG_COUNTS.lakePath()).isEqualTo("gold/hashtag-counts");
    }

    @Test
    void namesAreStageAndDatasetWithoutUnderscores() {
        assertThat(Topics.all()).allSatisfy(topic -> assertThat(topic.name())
                .matches("(bronze|silver|gold|dlq|books|positions|spend)(\\.[a-z-]+)+"));
    }

    /** Else all replicas but one may be behind, and what is written goes with that one. */
    @Test
    void ofThreeReplicasTwoMustHaveARecord() {
        assertThat(Topics.all()).allSatisfy(topic -> {
            assertThat(topic.definition(2, (short) 3, Duration.ofDays(7)).configs())
                    .containsEntry("min.insync.replicas", "2");
            assertThat(topic.definition(2, (short) 1, Duration.ofDays(7)).configs())
                    .doesNotContainKey("min.insync.replicas");
        });
    }

    @Test
    void theDataModelDescribesEveryTopicAndNoOther() throws Exception {
        String page = Files.readString(Path.of("../docs/data-model.md"));
        List<String> described = Pattern.compile("^\\| `([a-z.-]+)` \\|", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .distinct()
                .toList();
        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(
                        Topics.all().stream().map(Topic::name).toList());
    }
}
