package io.tweetlake.runtime.config;

/** A setting that is never printed. */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** The configuration library's hook for converting text. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
