package io.tweetlake.runtime.config;

import java.util.List;

/** Settings that a service cannot start with; all problems at once. */
public final class InvalidConfigException extends RuntimeException {
    private final transient List<String> problems;

    public InvalidConfigException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
