package io.tweetlake.ingest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.Settings;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--source=x",
                "--source=x --ingest.x.url=https://API.X.com/",
                "--source=x --ingest.x.url=https://api.twitter.com",
                "--source=x --ingest.x.url=http://localhost:1 --ingest.x.stream=https://api.x.com/2/tweets/sample/stream",
                "--source=x-search --ingest.search.query=#news",
            })
    void whatCostsMoneyIsNotReadWithoutALimit(String arguments) {
        assertThatThrownBy(() -> of(arguments, Map.of()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("costs money: set ingest.budget.posts-per-day");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--source=x --ingest.budget.posts-per-day=10",
                "--source=x-search --ingest.search.query=#news --ingest.budget.posts-per-month=10",
                "--source=x --ingest.budget.unlimited=true",
                "--source=x --ingest.x.url=http://stand-in-x:5010",
                "--source=bluesky",
            })
    void aLimitOrAWordIsEnough(String arguments) {
        assertThatCode(() -> of(arguments, Map.of())).doesNotThrowAnyException();
    }

    /** As compose passes on what is not set. */
    @ParameterizedTest
    @ValueSource(strings = {"http://stand-in-x:5010", "https://api.x.com"})
    void anEmptyLimitIsNone(String url) {
        Map<String, String> environment = Map.of(
                "INGEST_BUDGET_POSTS_PER_DAY",
                "",
                "INGEST_BUDGET_POSTS_PER_MONTH",
                "",
                "INGEST_BUDGET_UNLIMITED",
                "false",
                "INGEST_X_URL",
                url);
        if (url.startsWith("https")) {
            assertThatThrownBy(() -> of("--source=x", environment)).hasMessageContaining("costs money");
        } else {
            assertThatCode(() -> of("--source=x", environment)).doesNotThrowAnyException();
        }
    }

    private static Sources of(String arguments, Map<String, String> environment) {
        List<String> all = Stream.concat(Stream.of("--ingest.x.bearer-token=t"), Stream.of(arguments.split(" ")))
                .toList();
        return Sources.of(
                Settings.read(IngestMain.SETTINGS, all, environment).as(IngestConfig.class), InstantSource.system());
    }
}
