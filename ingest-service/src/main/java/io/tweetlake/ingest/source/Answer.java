package io.tweetlake.ingest.source;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server's answer to a request, as far as its status, its headers of rate limits and the words of an error go.
 *
 * @param headers by their names in lower case
 * @param body of an error, cut
 */
record Answer(int status, Map<String, String> headers, String body) {
    /** What says most comes first. */
    private static final List<Pattern> WORDS = Stream.of("detail", "message", "error", "title")
            .map(field -> Pattern.compile("\"" + field + "\"\\s*:\\s*\"([^\"]{1,300})\""))
            .toList();

    Answer {
        headers = Map.copyOf(headers);
    }

    boolean isOk() {
        return status == 200;
    }

    /** Whether another attempt alone changes nothing: no token, no money, no permission, no rules. */
    boolean isRefusal() {
        return status == 401 || status == 402 || status == 403 || status == 409;
    }

    boolean isRateLimit() {
        return status == 429 || status == 420;
    }

    boolean isTooManyConnections() {
        return isRateLimit() && body.contains("TooManyConnections");
    }

    /** How long the server says to wait, by its own clock if it tells that: this machine's may be wrong. */
    Optional<Duration> wait(Instant now) {
        String retryAfter = headers.get("retry-after");
        if (retryAfter != null && retryAfter.matches("[0-9]{1,6}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter)));
        }
        String reset = headers.get("x-rate-limit-reset");
        if (reset == null || !reset.matches("[0-9]{1,12}")) {
            return Optional.empty();
        }
        Duration wait = Duration.between(serverTime().orElse(now), Instant.ofEpochSecond(Long.parseLong(reset)));
        return wait.isNegative() ? Optional.empty() : Optional.of(wait);
    }

    private Optional<Instant> serverTime() {
        String date = headers.get("date");
        try {
            return date == null
                    ? Optional.empty()
                    : Optional.of(
                            ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ENGLISH))
                                    .toInstant());
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }

    /** One line for a person. */
    String says() {
        String words = WORDS.stream()
                .map(pattern -> pattern.matcher(body))
                .filter(Matcher::find)
                .map(found -> ": " + found.group(1))
                .findFirst()
                .orElse("");
        return "HTTP " + status + words + meaning();
    }

    private String meaning() {
        @Nullable
        String what =
                switch (status) {
                    case 401 -> "the token is wrong, or was revoked";
                    case 402 -> "the account's credits are used up";
                    case 403 -> "the account may not do this";
                    case 409 -> "the stream has no rules";
                    default -> null;
                };
        return what == null ? "" : " (" + what + ")";
    }
}
