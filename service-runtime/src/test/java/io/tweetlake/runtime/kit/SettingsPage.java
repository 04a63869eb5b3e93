package io.tweetlake.runtime.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.runtime.config.ServiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For the tests of all services: a README shows the same settings as {@code --help}. */
public final class SettingsPage {
    private SettingsPage() {}

    /** Fails if the README of the module that the test runs in does not hold the table of its settings. */
    public static void assertShows(ServiceSettings settings) throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .as("the settings table of README.md, which must be:%n%s", settings.table())
                .contains(settings.table());
    }
}
