package io.tweetlake.ingest.source;

import java.time.Duration;

/**
 * How a streaming client may connect. The numbers are X's ("Handling disconnections", "Rate limits").
 *
 * @param gap the least time between two attempts
 * @param connects how many attempts {@code window} may see
 * @param networkStep how much longer it waits after each failure to reach the server, up to {@code networkMost}
 * @param errorFirst how long after a server error or a connection that ended at once; doubles up to {@code errorMost}
 * @param limitFirst how long after "too many requests" that does not say until when; doubles up to {@code limitMost}
 * @param refused how long after an answer that another attempt alone will not change
 * @param stable a connection that lasted this long, or delivered something, counts as a good one
 */
public record ConnectionPolicy(
        Duration gap,
        int connects,
        Duration window,
        Duration networkStep,
        Duration networkMost,
        Duration errorFirst,
        Duration errorMost,
        Duration limitFirst,
        Duration limitMost,
        Duration refused,
        Duration stable) {

    /** What X asks of its clients, with some attempts of its 50 in 15 minutes left for a person. */
    public static ConnectionPolicy standard() {
        return new ConnectionPolicy(
                Duration.ofSeconds(1),
                45,
                Duration.ofMinutes(15),
                Duration.ofMillis(250),
                Duration.ofSeconds(16),
                Duration.ofSeconds(5),
                Duration.ofSeconds(320),
                Duration.ofSeconds(60),
                Duration.ofMinutes(15),
                Duration.ofMinutes(15),
                Duration.ofSeconds(20));
    }

    /** The same with every time multiplied. */
    public ConnectionPolicy scaled(double factor) {
        return new ConnectionPolicy(
                scaled(gap, factor),
                connects,
                scaled(window, factor),
                scaled(networkStep, factor),
                scaled(networkMost, factor),
                scaled(errorFirst, factor),
                scaled(errorMost, factor),
                scaled(limitFirst, factor),
                scaled(limitMost, factor),
                scaled(refused, factor),
                scaled(stable, factor));
    }

    static Duration scaled(Duration duration, double factor) {
        return Duration.ofNanos(Math.round(duration.toNanos() * factor));
    }
}
