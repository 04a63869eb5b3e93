package io.tweetlake.gold;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.streams.kstream.TimeWindows;

/**
 * Windows of one size over event time, aligned to the epoch: tumbling if they advance by their size, hopping if by
 * less.
 *
 * @param advance what lies between the starts of two windows
 */
public record WindowConfig(Duration size, Duration advance) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,6}[smhd])(?:/(\\d{1,6}[smhd]))?");

    /** @throws IllegalArgumentException if the windows would leave gaps or have no length */
    public WindowConfig {
        if (advance.isZero() || size.isZero() || size.toMillis() % advance.toMillis() != 0) {
            throw new IllegalArgumentException(
                    "windows of " + size + " cannot advance by " + advance + ": their size must be a multiple of it");
        }
    }

    /**
     * Reads {@code 5m} (tumbling) and {@code 1h/5m} (of an hour, one every five minutes).
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static WindowConfig of(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    text + " is no window; write 5m, or 1h/5m for windows of an hour, one every five minutes");
        }
        Duration size = duration(matcher.group(1));
        return new WindowConfig(size, matcher.group(2) == null ? size : duration(matcher.group(2)));
    }

    private static Duration duration(String text) {
        String iso = text.endsWith("d") ? "P" + text : "PT" + text;
        return Duration.parse(iso);
    }

    /** Windows of several stores must have different labels: a store is named by it. */
    static void requireDistinct(String setting, List<WindowConfig> windows) {
        if (windows.stream().map(WindowConfig::size).distinct().count() < windows.size()) {
            throw new IllegalArgumentException(setting + " has two windows of one size");
        }
        if (windows.size() > OwnRows.MAX_SIZES) {
            throw new IllegalArgumentException(setting + " has more than " + OwnRows.MAX_SIZES + " windows");
        }
    }

    /** The longest time that lies within each of these windows or outside it, wherever in it a post is. */
    static Duration slot(List<WindowConfig> windows) {
        return Duration.ofMillis(windows.stream()
                .map(window -> BigInteger.valueOf(window.advance().toMillis()))
                .reduce(BigInteger.ZERO, BigInteger::gcd)
                .longValueExact());
    }

    /** The size as a name, in seconds. */
    String label() {
        return size.toSeconds() + "s";
    }

    TimeWindows windows(Duration grace) {
        return TimeWindows.ofSizeAndGrace(size, grace).advanceBy(advance);
    }
}
