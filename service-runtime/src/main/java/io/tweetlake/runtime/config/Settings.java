package io.tweetlake.runtime.config;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's settings. A value is looked for on the command line, in the property file, in the environment, then among
 * the defaults. An unknown key is refused, and all problems are reported at once.
 */
public final class Settings {
    private static final Logger log = LoggerFactory.getLogger(Settings.class);

    private static final Pattern SECRET =
            Pattern.compile(".*(token|secret|password|credential|jaas\\.config|[.-]key)(\\..*)?");

    /** What a URL may have of them: a user and password before the host, and parameters. */
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+(?=@)");

    private static final Pattern PARAMETER =
            Pattern.compile("(?i)([?&;][\\w.-]*(?:token|secret|password|passwd|pwd|credential|key)[\\w.-]*=)[^&;\\s]*");

    private final List<Setting> declared;
    private final SmallRyeConfig config;

    private Settings(List<Setting> declared, SmallRyeConfig config) {
        this.declared = declared;
        this.config = config;
    }

    /**
     * @param arguments {@code --config FILE} and {@code --key value} or {@code --key=value}; the service's own prefix
     *     may be left out; a key given twice is a list
     * @throws InvalidConfigException naming every problem
     */
    public static Settings read(ServiceSettings service, List<String> arguments, Map<String, String> environment) {
        List<Setting> declared = service.declared();
        List<String> problems = new ArrayList<>();
        Map<String, String> commandLine = commandLine(service, arguments, problems);
        String file = commandLine.remove("config");
        Map<String, String> fromFile = file == null ? Map.of() : file(Path.of(file), problems);
        Map<String, String> fromEnvironment = environment(service, environment, problems);
        commandLine.keySet().forEach(key -> refuseUnknown(key, "--" + key, declared, problems));
        fromFile.keySet().forEach(key -> refuseUnknown(key, key + " in " + file, declared, problems));

        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new Durations())
                .withValidateUnknown(false)
                .withSources(
                        new PropertiesConfigSource(commandLine, "command line", 400),
                        new PropertiesConfigSource(fromFile, "property file", 300),
                        new PropertiesConfigSource(fromEnvironment, "environment", 200),
                        new PropertiesConfigSource(service.defaults(), "defaults of " + service.name(), 100));
        service.mappings().forEach(builder::withMapping);
        try {
            SmallRyeConfig config = builder.build();
            if (problems.isEmpty()) {
                return new Settings(declared, config);
            }
        } catch (ConfigValidationException e) {
            for (int i = 0; i < e.getProblemCount(); i++) {
                problems.add(plain(e.getProblem(i).getMessage()));
            }
        }
        throw new InvalidConfigException(problems);
    }

    public <T> T as(Class<T> mapping) {
        return config.getConfigMapping(mapping);
    }

    /** Each setting in force as {@code key = value}, secrets masked. */
    public List<String> effective() {
        Map<String, String> values = new TreeMap<>();
        for (Setting setting : declared) {
            if (!setting.isFamily()) {
                config.getOptionalValue(setting.key(), String.class)
                        .ifPresent(value -> values.put(setting.key(), value));
            }
        }
        for (String key : config.getPropertyNames()) {
            if (declared.stream().anyMatch(setting -> setting.covers(key))) {
                values.putIfAbsent(key, config.getConfigValue(key).getValue());
            }
        }
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + shown(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static String shown(String key, String value) {
        return SECRET.matcher(key).matches()
                ? "***"
                : PARAMETER.matcher(USER_INFO.matcher(value).replaceAll("***")).replaceAll("$1***");
    }

    private static Map<String, String> commandLine(
            ServiceSettings service, List<String> arguments, List<String> problems) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                problems.add(argument + " is not an option; options are --key value, see --help");
                continue;
            }
            int equals = argument.indexOf('=');
            String name = argument.substring(2, equals < 0 ? argument.length() : equals);
            if (equals < 0 && i + 1 == arguments.size()) {
                problems.add(argument + " needs a value");
                continue;
            }
            String value = equals < 0 ? arguments.get(++i) : argument.substring(equals + 1);
            values.merge(service.fullKey(name), value, (some, more) -> some + "," + more);
        }
        return values;
    }

    private static Map<String, String> file(Path file, List<String> problems) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            problems.add("the property file " + file + " does not exist");
        } catch (IOException | IllegalArgumentException e) {
            problems.add("the property file " + file + " cannot be read: " + e.getMessage());
        }
        return properties.stringPropertyNames().stream().collect(Collectors.toMap(key -> key, properties::getProperty));
    }

    /** Names are computed from declared keys, never parsed back; only Kafka's own keys, which hold dots alone, are. */
    private static Map<String, String> environment(
            ServiceSettings service, Map<String, String> environment, List<String> problems) {
        Map<String, String> values = new TreeMap<>();
        Map<String, String> keys =
                service.declared().stream().collect(Collectors.toMap(Setting::environmentName, Setting::key));
        String own = service.prefix().toUpperCase(Locale.ROOT) + "_";
        environment.forEach((name, value) -> {
            String key = keys.get(name);
            if (ServiceLinks.isOne(name, value)) {
                log.debug("{} is no setting", name);
            } else if (key != null) {
                values.put(key, value);
            } else if (name.startsWith("KAFKA_")) {
                values.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            } else if (name.startsWith(own)) {
                problems.add(unknown(name + " in the environment", nearest(name, keys.keySet())));
            }
        });
        return values;
    }

    private static void refuseUnknown(String key, String shown, List<Setting> declared, List<String> problems) {
        if (declared.stream().noneMatch(setting -> setting.covers(key))) {
            problems.add(unknown(
                    shown, nearest(key, declared.stream().map(Setting::key).toList())));
        }
    }

    private static String unknown(String shown, @Nullable String nearest) {
        return "unknown setting " + shown + (nearest == null ? "" : "; did you mean " + nearest + "?");
    }

    private static @Nullable String nearest(String name, Iterable<String> candidates) {
        String best = null;
        int bestDistance = Math.max(2, name.length() / 3) + 1;
        for (String candidate : candidates) {
            int distance = distance(name, candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Levenshtein. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        java.util.Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    /** The library's messages without their codes. */
    private static String plain(String message) {
        return message.replaceAll("^(java\\.\\w+\\.\\w+: )?SRCFG\\d+: ", "")
                .replaceAll("^[a-z.]+\\.(\\w+Exception): ", "");
    }
}
