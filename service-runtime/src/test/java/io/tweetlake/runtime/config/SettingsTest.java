package io.tweetlake.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static final ServiceSettings SERVICE = new ServiceSettings("sample-service", SampleConfig.class, 8099);

    @TempDir
    private Path folder;

    @ConfigMapping(prefix = "sample")
    interface SampleConfig {
        @Meaning("how long")
        @WithDefault("5m")
        Duration windowSize();

        @Meaning("names")
        Optional<List<String>> names();

        @Meaning("a secret")
        Optional<Secret> accessToken();
    }

    @Test
    void hasDefaults() {
        Settings settings = read(List.of(), Map.of());
        assertThat(settings.as(SampleConfig.class).windowSize()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.as(HealthConfig.class).port()).isEqualTo(8099);
        assertThat(settings.as(HealthConfig.class).host()).isEqualTo("127.0.0.1");
        assertThat(settings.as(KafkaConfig.class).properties()).containsEntry("bootstrap.servers", "localhost:9092");
    }

    @Test
    void looksOnTheCommandLineThenInTheFileThenInTheEnvironment() throws Exception {
        Path file = Files.writeString(folder.resolve("s.properties"), "sample.window-size=2m\nhealth.port=2\n");
        Map<String, String> environment =
                Map.of("SAMPLE_WINDOW_SIZE", "3m", "HEALTH_PORT", "3", "TOPICS_PARTITIONS", "3");
        Settings settings = read(List.of("--config", file.toString(), "--sample.window-size=1m"), environment);
        assertThat(settings.as(SampleConfig.class).windowSize()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.as(HealthConfig.class).port()).isEqualTo(2);
        assertThat(settings.as(TopicsConfig.class).partitions()).isEqualTo(3);
    }

    @Test
    void leavesOutItsOwnPrefixAndCollectsRepeatsOnTheCommandLine() {
        Settings settings = read(List.of("--names", "a", "--names=b", "--window-size", "7d"), Map.of());
        assertThat(settings.as(SampleConfig.class).names()).contains(List.of("a", "b"));
        assertThat(settings.as(SampleConfig.class).windowSize()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void handsKafkasOwnKeysThrough() {
        Settings settings = read(List.of("--kafka.security.protocol=SSL"), Map.of("KAFKA_CLIENT_ID", "me"));
        assertThat(settings.as(KafkaConfig.class).properties())
                .containsEntry("security.protocol", "SSL")
                .containsEntry("client.id", "me");
    }

    @Test
    void reportsAllProblemsAtOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("s.properties"), "sample.windowsize=2m\nhealth.port=many\n");
        assertThatThrownBy(() -> read(
                        List.of("--config", file.toString(), "--nonsense", "1", "stray"),
                        Map.of("SAMPLE_WINDOW", "3m")))
                .isInstanceOfSatisfying(InvalidConfigException.class, e -> assertThat(e.problems())
                        .anySatisfy(
                                p -> assertThat(p).contains("sample.windowsize", "did you mean sample.window-size?"))
                        .anySatisfy(p -> assertThat(p).contains("--nonsense"))
                        .anySatisfy(p -> assertThat(p).contains("stray"))
                        .anySatisfy(p -> assertThat(p).contains("SAMPLE_WINDOW"))
                        .anySatisfy(p -> assertThat(p).contains("health.port", "many")));
    }

    @Test
    void saysThatAFileDoesNotExist() {
        assertThatThrownBy(() -> read(List.of("--config", "/no/such.properties"), Map.of()))
                .hasMessage("the property file /no/such.properties does not exist");
    }

    @Test
    void masksSecrets() {
        Settings settings = read(
                List.of(
                        "--kafka.ssl.key.password=hush",
                        "--kafka.one=jdbc:postgresql://db:5432/gold?user=me&password=hush&sslmode=require",
                        "--kafka.two=http://me:hush@proxy:3128/",
                        "--kafka.three=https://host/stream?access_token=hush",
                        "--kafka.sasl.jaas.config=hush",
                        "--kafka.ssl.keystore.key=hush"),
                Map.of("SAMPLE_ACCESS_TOKEN", "hush"));
        assertThat(settings.effective())
                .contains("sample.access-token = ***", "kafka.ssl.key.password = ***", "kafka.sasl.jaas.config = ***")
                .contains(
                        "kafka.one = jdbc:postgresql://db:5432/gold?user=me&password=***&sslmode=require",
                        "kafka.two = http://***@proxy:3128/",
                        "kafka.three = https://host/stream?access_token=***")
                .noneMatch(line -> line.contains("hush"));
        assertThat(settings.as(SampleConfig.class).accessToken().orElseThrow())
                .hasToString("***")
                .extracting(Secret::reveal)
                .isEqualTo("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "SAMPLE_SERVICE_HOST, 10.0.0.1",
        "SAMPLE_SERVICE_PORT, 80",
        "SAMPLE_SERVICE_PORT_HTTP, 80",
        "SAMPLE_PORT, tcp://10.0.0.1:80",
        "SAMPLE_PORT_80_TCP, tcp://10.0.0.1:80",
        "SAMPLE_PORT_80_TCP_ADDR, 10.0.0.1",
        "SAMPLE_DB_SERVICE_HOST, 10.0.0.2",
        "SAMPLE_DB_PORT_5432_TCP_PROTO, tcp",
        "SAMPLE_WINDOW_SIZE_PORT, tcp://10.0.0.1:80",
        "HEALTH_PORT, tcp://10.0.0.1:8080",
        "KAFKA_PORT, tcp://10.0.0.3:9092",
        "KAFKA_SERVICE_PORT_CLIENT, 9092"
    })
    void whatAnOrchestratorSaysOfItsServicesIsNoSetting(String name, String value) {
        assertThat(read(List.of(), Map.of(name, value)).effective())
                .isEqualTo(read(List.of(), Map.of()).effective());
    }

    @Test
    void aMisspeltSettingStaysAnError() {
        assertThatThrownBy(() -> read(List.of(), Map.of("SAMPLE_WINDOWSIZE", "3m")))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("SAMPLE_WINDOW_SIZE");
    }

    @Test
    void aFileMayHaveAnyName() {
        Settings settings = read(List.of("--names=/a b/[1] ${x} $y %20 #ü,/c\\,d\\\\e"), Map.of());
        assertThat(settings.as(SampleConfig.class).names().orElseThrow())
                .containsExactly("/a b/[1] ${x} $y %20 #ü", "/c,d\\e");
    }

    @Test
    void helpNamesEverySettingWithItsDefault() {
        assertThat(SERVICE.help())
                .contains("sample.window-size", "how long (5m)", "sample.names", "(none)", "(8099)", "SAMPLE_SOME_KEY");
    }

    private static Settings read(List<String> arguments, Map<String, String> environment) {
        return Settings.read(SERVICE, arguments, environment);
    }
}
