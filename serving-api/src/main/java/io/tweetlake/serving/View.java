package io.tweetlake.serving;

import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks to see, checked: anything it does not know is refused, so that a typing error is no silent
 * default.
 *
 * @param window size
 * @param at the window that holds this time; null for the newest
 * @param tier empty for all
 * @param lang empty for all
 */
record View(Duration window, @Nullable Instant at, String tier, String lang, String order, int limit, int offset) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,5})([smhd])");
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}");
    private static final Set<String> TIERS = Set.of("ai", "generic");
    private static final Set<String> KNOWN = Set.of("window", "at", "tier", "lang", "limit", "offset");
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
    private static final int MAX_LIMIT = 100;
    private static final int MAX_OFFSET = 10_000;

    /**
     * Reads it of a request.
     *
     * @param orderName the parameter that chooses among orders
     * @param orders of which the first is the default
     * @param others parameters that the route itself reads
     */
    static View of(Context request, String defaultWindow, String orderName, List<String> orders, Set<String> others) {
        Set<String> unknown = new TreeSet<>(request.queryParamMap().keySet());
        unknown.removeAll(KNOWN);
        unknown.removeAll(others);
        unknown.remove(orderName);
        if (!unknown.isEmpty()) {
            throw Problem.badRequest("unknown parameter " + unknown.iterator().next());
        }
        String order = parameter(request, orderName, orders.isEmpty() ? "" : orders.get(0));
        if (!orders.isEmpty() && !orders.contains(order)) {
            throw Problem.badRequest(orderName + " is one of " + String.join(", ", orders));
        }
        String tier = parameter(request, "tier", "");
        if (!tier.isEmpty() && !TIERS.contains(tier)) {
            throw Problem.badRequest("tier is ai or generic");
        }
        String lang = parameter(request, "lang", "");
        if (!lang.isEmpty() && !LANGUAGE.matcher(lang).matches()) {
            throw Problem.badRequest("lang is a language code, such as en");
        }
        return new View(
                duration(parameter(request, "window", defaultWindow)),
                time(request, "at"),
                tier,
                lang,
                order,
                number(request, "limit", 20, 1, MAX_LIMIT),
                number(request, "offset", 0, 0, MAX_OFFSET));
    }

    View ofWindow(Duration size) {
        return new View(size, at, tier, lang, order, limit, offset);
    }

    /** At the end of a window, or now if it is open. */
    View at(Answers.Window of) {
        Instant last = of.end().minusMillis(1);
        return new View(window, last.isBefore(of.asOf()) ? last : of.asOf(), tier, lang, order, limit, offset);
    }

    int windowSeconds() {
        return Math.toIntExact(window.toSeconds());
    }

    /** A condition on a table whose rows say what they answer, for {@code scopes}, {@code tier} and {@code lang}. */
    String scope() {
        int answers = tier.isEmpty() ? lang.isEmpty() ? 1 : 4 : lang.isEmpty() ? 2 : 8;
        return "(scopes & " + answers + ") <> 0 AND (? = '' OR tier = ?) AND (? = '' OR lang = ?)";
    }

    /** The values of {@link #scope}. */
    List<Object> scopeValues() {
        return List.of(tier, tier, lang, lang);
    }

    /** The window's size, a time from, a time until, and tier and language twice each. */
    List<Object> values(Instant from, Instant until) {
        return List.of(windowSeconds(), from, until, tier, tier, lang, lang);
    }

    static String parameter(Context request, String name, String otherwise) {
        List<String> values = request.queryParams(name);
        if (values.size() > 1) {
            throw Problem.badRequest(name + " is given more than once");
        }
        return values.isEmpty() ? otherwise : values.get(0);
    }

    static @Nullable Instant time(Context request, String name) {
        String text = parameter(request, name, "");
        try {
            if (text.isEmpty()) {
                return null;
            }
            Instant time = Instant.parse(text);
            if (time.isAfter(EARLIEST) && time.isBefore(LATEST)) {
                return time;
            }
        } catch (DateTimeException e) {
            // The same answer as for a time out of bounds.
        }
        throw Problem.badRequest(name + " is a time such as 2026-01-31T12:00:00Z, of this century");
    }

    static int number(Context request, String name, int otherwise, int least, int most) {
        String text = parameter(request, name, String.valueOf(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same answer as for a number out of bounds.
        }
        throw Problem.badRequest("%s is a number from %d to %d".formatted(name, least, most));
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw Problem.badRequest("window is a duration such as 5m, 1h or 1d");
        }
        int seconds =
                switch (matcher.group(2)) {
                    case "s" -> 1;
                    case "m" -> 60;
                    case "h" -> 3_600;
                    default -> 86_400;
                };
        Duration window = Duration.ofSeconds(Long.parseLong(matcher.group(1)) * seconds);
        if (window.isZero() || window.compareTo(LONGEST) > 0) {
            throw Problem.badRequest("window is at least 1s and at most " + LONGEST.toDays() + "d");
        }
        return window;
    }

    /** The size as a person writes it. */
    static String written(Duration window) {
        for (Map.Entry<String, Integer> unit :
                List.of(Map.entry("d", 86_400), Map.entry("h", 3_600), Map.entry("m", 60))) {
            if (window.toSeconds() % unit.getValue() == 0) {
                return String.format(Locale.ROOT, "%d%s", window.toSeconds() / unit.getValue(), unit.getKey());
            }
        }
        return window.toSeconds() + "s";
    }
}
