package io.tweetlake.runtime.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import io.smallrye.config.WithParentName;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A declared setting.
 *
 * @param defaultValue empty if it has none and is optional, null if it must be given
 */
public record Setting(String key, @Nullable String defaultValue, String meaning) {

    /** A key that stands for all keys below it, such as {@code kafka.*}. */
    boolean isFamily() {
        return key.endsWith(".*");
    }

    /** Whether a key is this one, or one of this family. */
    boolean covers(String candidate) {
        return isFamily() ? candidate.startsWith(key.substring(0, key.length() - 1)) : candidate.equals(key);
    }

    String environmentName() {
        return key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** All settings of some mappings, sorted by key. */
    public static List<Setting> of(List<Class<?>> mappings) {
        List<Setting> settings = new ArrayList<>();
        for (Class<?> mapping : mappings) {
            collect(mapping.getAnnotation(ConfigMapping.class).prefix(), mapping, settings);
        }
        settings.sort(Comparator.comparing(Setting::key));
        return List.copyOf(settings);
    }

    private static void collect(String prefix, Class<?> mapping, List<Setting> settings) {
        for (Method method : mapping.getMethods()) {
            if (method.isDefault()) {
                continue;
            }
            Meaning meaning = method.getAnnotation(Meaning.class);
            if (meaning == null) {
                collect(prefix + "." + kebab(method.getName()), method.getReturnType(), settings);
                continue;
            }
            WithDefault given = method.getAnnotation(WithDefault.class);
            boolean optional = method.getReturnType() == Optional.class || method.getReturnType() == Map.class;
            settings.add(new Setting(
                    prefix + "." + name(method),
                    given != null ? given.value() : optional ? "" : null,
                    meaning.value()));
        }
    }

    private static String name(Method method) {
        if (method.isAnnotationPresent(WithParentName.class)) {
            return "*";
        }
        WithName given = method.getAnnotation(WithName.class);
        String name = given == null ? kebab(method.getName()) : given.value();
        return method.getReturnType() == Map.class ? name + ".*" : name;
    }

    private static String kebab(String camelCase) {
        return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
