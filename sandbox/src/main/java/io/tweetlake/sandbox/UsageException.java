package io.tweetlake.sandbox;

/** Wrong use of the command line; the message says what to do. Exit code 2. */
final class UsageException extends RuntimeException {
    UsageException(String message) {
        super(message);
    }
}
