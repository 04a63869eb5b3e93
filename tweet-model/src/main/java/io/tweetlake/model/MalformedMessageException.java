package io.tweetlake.model;

/** A message that is neither a sound post nor a notice. The text says what is wrong with it and quotes none of it. */
public final class MalformedMessageException extends Exception {
    public MalformedMessageException(String problem) {
        super(problem);
    }

    MalformedMessageException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
