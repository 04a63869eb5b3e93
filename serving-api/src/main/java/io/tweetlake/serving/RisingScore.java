package io.tweetlake.serving;

/**
 * How much more something is mentioned than before: {@code (m - e) / sqrt(e + 1)}, where {@code m} are its mentions in
 * a window and {@code e} those to be expected by now: the mean of the windows before, times what part of this one has
 * passed. For counts that vary by chance alone (Poisson) that is about their standard deviations above the mean.
 */
final class RisingScore {
    /** Windows before that make the mean. */
    static final int BEFORE = 6;

    private RisingScore() {}

    /**
     * The score.
     *
     * @param mean mentions a window in the windows before
     * @param elapsed what part of the window has passed, 0 to 1
     */
    static double of(long mentions, double mean, double elapsed) {
        double expected = mean * elapsed;
        return (mentions - expected) / Math.sqrt(expected + 1);
    }
}
