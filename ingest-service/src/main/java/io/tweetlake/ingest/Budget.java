package io.tweetlake.ingest;

import io.tweetlake.model.Spend;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How many posts may be taken from a platform that charges for them. Days and months are UTC, as X's are. What earlier
 * processes took counts, and what other sources of the account had taken when this one started. Not thread-safe.
 */
final class Budget {
    private static final double NEARLY = 0.8;

    private final String source;
    private final boolean charged;
    private final OptionalLong perDay;
    private final OptionalLong perMonth;
    private final double price;
    private final Map<LocalDate, Long> own = new TreeMap<>();
    private final Map<LocalDate, Long> others = new TreeMap<>();
    private final Set<LocalDate> changed = new TreeSet<>();

    /** @param price of a post, in the account's currency */
    Budget(String source, OptionalLong perDay, OptionalLong perMonth, double price, Collection<Spend> earlier) {
        this(source, true, perDay, perMonth, price);
        for (Spend spend : earlier) {
            (spend.source().equals(source) ? own : others).merge(spend.day(), spend.posts(), Long::sum);
        }
    }

    private Budget(String source, boolean charged, OptionalLong perDay, OptionalLong perMonth, double price) {
        this.source = source;
        this.charged = charged;
        this.perDay = perDay;
        this.perMonth = perMonth;
        this.price = price;
    }

    /** Of a source that costs nothing. */
    static Budget free(String source) {
        return new Budget(source, false, OptionalLong.empty(), OptionalLong.empty(), 0);
    }

    void took(long count, Instant at) {
        if (charged && count > 0) {
            own.merge(day(at), count, Long::sum);
            changed.add(day(at));
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
        return own.getOrDefault(day(now), 0L) + others.getOrDefault(day(now), 0L);
    }

    long month(Instant now) {
        YearMonth month = YearMonth.from(day(now));
        return of(month, own) + of(month, others);
    }

    private static long of(YearMonth month, Map<LocalDate, Long> posts) {
        return posts.entrySet().stream()
                .filter(entry -> YearMonth.from(entry.getKey()).equals(month))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** What this month's posts cost. */
    double spent(Instant now) {
        return price * month(now);
    }

    /** The records of the days that have changed since the last call. */
    List<Spend> takeChanges() {
        List<Spend> changes = changed.stream()
                .map(day -> new Spend(source, day, own.getOrDefault(day, 0L)))
                .toList();
        changed.clear();
        return changes;
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }
}
