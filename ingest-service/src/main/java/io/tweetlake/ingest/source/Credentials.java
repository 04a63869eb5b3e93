package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.runtime.config.Secret;
import java.io.IOException;
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
     * @throws IOException if the token's file cannot be read, or does not hold a token
     */
    Secret header() throws IOException;

    static Credentials bearer(Secret token) {
        return () -> Secret.of("Bearer " + checked(token.reveal(), "the token"));
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

    private static String read(Path file) throws IOException {
        return checked(Files.readString(file), "the token in " + file);
    }

    /** The JDK quotes a header that it finds wrong. */
    private static String checked(String token, String what) throws IOException {
        String stripped = token.strip();
        if (!stripped.matches("[\\x21-\\x7e]+")) {
            throw new IOException(what + " must be one word of ASCII");
        }
        return stripped;
    }
}
