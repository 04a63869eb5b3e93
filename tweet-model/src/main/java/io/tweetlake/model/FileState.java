package io.tweetlake.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a file was when it was read, so that another one under its name is not taken for it, and what became of it. Of a
 * member of an archive, the state of the file that it lies in.
 *
 * @param size in bytes
 * @param headBytes how many of its first bytes the fingerprint is made of
 * @param head the beginning of the SHA-256 of these bytes, in hexadecimal
 * @param open how many values at its end may be parts of others once the file is longer
 * @param outcome null until its end was reached
 * @param cause why it could not be read, or not to its end
 */
public record FileState(
        long size,
        Instant modifiedAt,
        int headBytes,
        String head,
        int open,
        @Nullable Outcome outcome,
        @Nullable String cause) {

    /** How reading it ended. */
    public enum Outcome {
        /** At its end. */
        READ,
        /** Where it is broken, or was cut. */
        DAMAGED,
        /** Nowhere: it holds no posts in a form that is read. */
        REFUSED,
        /** At the end of a container, whose members have outcomes of their own. */
        CONTAINER
    }

    /** The same with what became of it. */
    public FileState ended(Outcome how, @Nullable String why) {
        return new FileState(size, modifiedAt, headBytes, head, open, how, why);
    }

    /** The same with so many values that may go on. */
    public FileState withOpen(int values) {
        return new FileState(size, modifiedAt, headBytes, head, values, outcome, cause);
    }
}
