package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.runtime.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * What is sent as {@code Authorization}. A token in a file is read each time, so that a new one takes effect without a
 * restart. Thread-safe.
 */
public interface Credentials {

    /**
     * The header's value.
     *
     * @throws UncheckedIOException if the file cannot be read
     */
    Secret header();

    static Credentials bearer(Secret token) {
        return () -> Secret.of("Bearer " + token.reveal());
    }

    static Credentials bearer(Path file) {
        return () -> Secret.of("Bearer " + read(file));
    }

    /** The same token as the password of a user, as PowerTrack asks for it. */
    default Credentials asPasswordOf(Optional<String> user) {
        if (user.isEmpty()) {
            return this;
        }
        return () -> {
            String password = header().reveal().substring("Bearer ".length());
            return Secret.of(
                    "Basic " + Base64.getEncoder().encodeToString((user.get() + ":" + password).getBytes(UTF_8)));
        };
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the token in " + file, e);
        }
    }
}
