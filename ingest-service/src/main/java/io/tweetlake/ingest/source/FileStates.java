package io.tweetlake.ingest.source;

import io.tweetlake.model.FileState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/** Tells whether a file is what it was. Stateless. */
final class FileStates {
    private static final int HEAD = 64 * 1024;
    private static final int HEX_DIGITS = 16;

    private FileStates() {}

    /** The state of a file before it is read; what is appended meanwhile is found the next time. */
    static FileState of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        byte[] head = head(file, HEAD);
        return new FileState(
                attributes.size(),
                attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MILLIS),
                head.length,
                fingerprint(head),
                0,
                null,
                null);
    }

    /** Whether nothing has changed. */
    static boolean isSame(FileState then, FileState now) {
        return then.size() == now.size()
                && then.modifiedAt().equals(now.modifiedAt())
                && then.head().equals(now.head());
    }

    /** Whether a file has got more behind what it was. */
    static boolean isGrown(FileState then, Path file, FileState now) throws IOException {
        return then.size() < now.size()
                && then.headBytes() <= now.headBytes()
                && then.head().equals(fingerprint(head(file, then.headBytes())));
    }

    private static byte[] head(Path file, int bytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(bytes);
        }
    }

    private static String fingerprint(byte[] head) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(head);
            return HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
