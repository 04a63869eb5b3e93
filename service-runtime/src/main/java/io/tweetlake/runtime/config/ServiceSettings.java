package io.tweetlake.runtime.config;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What settings a service has: its own mapping and the ones that all services share.
 *
 * @param name the service's
 * @param own its mapping
 * @param healthPort the default of {@code health.port}
 */
public record ServiceSettings(String name, Class<?> own, int healthPort) {

    List<Class<?>> mappings() {
        return List.of(own, KafkaConfig.class, TopicsConfig.class, HealthConfig.class);
    }

    Map<String, String> defaults() {
        return Map.of("health.port", String.valueOf(healthPort));
    }

    String prefix() {
        return own.getAnnotation(ConfigMapping.class).prefix();
    }

    /** All settings, with the defaults that hold for this service. */
    public List<Setting> declared() {
        return Setting.of(mappings()).stream()
                .map(setting -> new Setting(
                        setting.key(),
                        defaults().getOrDefault(setting.key(), setting.defaultValue()),
                        setting.meaning()))
                .toList();
    }

    /** {@code source} is {@code ingest.source} for the service whose prefix is {@code ingest}. */
    String fullKey(String name) {
        String prefixed = prefix() + "." + name;
        boolean known = declared().stream().anyMatch(setting -> setting.key().equals(prefixed));
        return known ? prefixed : name;
    }

    /** The settings as a Markdown table, which is what the README shows. */
    public String table() {
        Stream<String> rows = declared().stream()
                .map(setting -> "| `%s` | %s | %s |".formatted(setting.key(), shown(setting), setting.meaning()));
        return Stream.concat(Stream.of("| setting | default | meaning |", "|---|---|---|"), rows)
                .collect(Collectors.joining("\n"));
    }

    /** The page of {@code --help}. */
    public String help() {
        String rows = declared().stream()
                .map(setting -> "  %s%n      %s%s"
                        .formatted(
                                setting.key(),
                                setting.meaning().replace("`", ""),
                                setting.isFamily() ? "" : " (" + shown(setting).replace("`", "") + ")"))
                .collect(Collectors.joining(System.lineSeparator()));
        return """
                usage: java -jar %s.jar [--config FILE] [--KEY VALUE]…

                A setting is looked for on the command line, in the property file FILE, in the environment
                (%s.some-key is %s_SOME_KEY), then its default holds. On the command line the prefix "%s." may be left out.
                SIGTERM drains and exits 0; a broken world exits 1, wrong use 2.

                """.formatted(name, prefix(), prefix().toUpperCase(java.util.Locale.ROOT), prefix())
                + rows
                + System.lineSeparator();
    }

    private static String shown(Setting setting) {
        if (setting.isFamily()) {
            return "";
        }
        String value = setting.defaultValue();
        return value == null ? "must be given" : value.isEmpty() ? "none" : "`" + value + "`";
    }
}
