package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.standin.SyntheticTweets;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * An archive of synthetic messages, and what is in it.
 *
 * @param tweets lines that are tweets, repeats among them
 * @param unique distinct tweets
 * @param deletes lines that are delete notices
 */
record SyntheticFile(Path path, long tweets, long unique, long deletes) {
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    static SyntheticFile write(Path path, long seed, int lines) throws IOException {
        SyntheticTweets stream = new SyntheticTweets(seed);
        Set<String> distinct = new HashSet<>();
        long tweets = 0;
        long deletes = 0;
        try (OutputStream out = new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(path)))) {
            for (int i = 0; i < lines; i++) {
                String message = stream.next(START.plusMillis(100L * i));
                if (message.startsWith("{\"data\":{\"delete\"")) {
                    deletes++;
                } else {
                    tweets++;
                    distinct.add(message);
                }
                out.write((message + "\r\n").getBytes(UTF_8));
            }
        }
        return new SyntheticFile(path, tweets, distinct.size(), deletes);
    }
}
