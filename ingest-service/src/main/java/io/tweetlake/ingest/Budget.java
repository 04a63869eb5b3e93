package io.tweetlake.ingest;

import io.tweetlake.model.Spend;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many posts may be taken from a platform that charges for them. Days and months are UTC, as X's are. What earlier
 * processes took counts. Not thread-safe.
 */
final class Budget {
    private static final double NEARLY = 0.8;

    private final String source;
    private final OptionalLong perDay;
    private final OptionalLong perMonth;
    private final double price;
    private final Map<LocalDate, Long> posts = new TreeMap<>();
    private boolean changed;

    /** @param price of a post, in the account's currency */
    Budget(String source, OptionalLong perDay, OptionalLong perMonth, double price, Collection<Spend> earlier) {
        this.source = source;
        this.perDay = perDay;
        this.perMonth = perMonth;
        this.price = price;
        for (Spend spend : earlier) {
            if (spend.source().equals(source)) {
                posts.merge(spend.day(), spend.posts(), Long::sum);
            }
        }
    }

    void took(long count, Instant at) {
        if (count > 0) {
            posts.merge(day(at), count, Long::sum);
            changed = true;
        }
    }

    /** Until when nothing more may be taken; null if there is something left. */
    @Nullable
    Instant exhaustedUntil(Instant now) {
        LocalDate day = day(now);
        if (perMonth.isPresent() && month(now) >= perMonth.getAsLong()) {
            return YearMonth.from(day)
                    .plusMonths(1)
                    .atDay(1)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
        }
        if (perDay.isPresent() && today(now) >= perDay.getAsLong()) {
            return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        return null;
    }

    /** Whether four fifths of a limit are taken. */
    boolean isNearlyExhausted(Instant now) {
        return (perDay.isPresent() && today(now) >= NEARLY * perDay.getAsLong())
                || (perMonth.isPresent() && month(now) >= NEARLY * perMonth.getAsLong());
    }

    long today(Instant now) {
        return posts.getOrDefault(day(now), 0L);
    }

    long month(Instant now) {
        YearMonth month = YearMonth.from(day(now));
        return posts.entrySet().stream()
                .filter(entry -> YearMonth.from(entry.getKey()).equals(month))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** What this month's posts cost. */
    double spent(Instant now) {
        return price * month(now);
    }

    /** Today's record, if it has changed since the last call. */
    @Nullable
    Spend takeChange(Instant now) {
        if (!changed) {
            return null;
        }
        changed = false;
        return new Spend(source, day(now), today(now));
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }
}
