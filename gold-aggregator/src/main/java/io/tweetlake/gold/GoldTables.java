package io.tweetlake.gold;

import io.tweetlake.model.EntityCount;
import io.tweetlake.model.HappyHashtag;
import io.tweetlake.model.HashtagCount;
import io.tweetlake.model.Keys;
import io.tweetlake.model.Mentions;
import io.tweetlake.model.PlaceCount;
import io.tweetlake.model.Smiles;
import io.tweetlake.model.StreamInterval;
import io.tweetlake.model.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rows that a gold record is in Postgres. Pure; {@code V1__gold.sql} says what the columns mean. */
final class GoldTables {
    static final Table HASHTAGS = new Table(
            "hashtag_counts",
            List.of("window_seconds", "hashtag", "window_start", "tier", "lang"),
            List.of("scopes", "mentions", "originals", "authors", "authors_error"));
    static final Table ENTITIES = new Table(
            "entity_counts",
            List.of("window_seconds", "entity_key", "type", "window_start", "tier", "lang"),
            List.of("entity", "scopes", "mentions", "originals", "authors", "authors_error"));
    static final Table HAPPY = new Table(
            "happy_hashtags",
            List.of("window_seconds", "hashtag", "window_start", "tier", "lang"),
            List.of("scopes", "posts", "max_smiles", "sum_smiles"));
    static final Table VOLUME = new Table(
            "volume",
            List.of("window_seconds", "window_start", "tier", "lang"),
            List.of("posts", "reposts", "replies", "quotes"));
    static final Table PLACES =
            new Table("place_counts", List.of("window_seconds", "window_start", "country", "cell"), List.of("posts"));
    static final Table INTERVALS = new Table(
            "stream_intervals",
            List.of("source", "state", "started_at"),
            List.of("ended_at", "posts", "undelivered", "cause"));

    /** All that have windows. */
    static final List<Table> WINDOWED = List.of(HASHTAGS, ENTITIES, HAPPY, VOLUME, PLACES);

    private static final int MAX_CHARACTERS = 280;
    private static final int OF_ALL = 1;
    private static final int OF_TIER = 2;
    private static final int OF_LANGUAGE = 4;
    private static final int OF_BOTH = 8;

    private GoldTables() {}

    /**
     * A table.
     *
     * @param key columns of its primary key
     * @param values the others
     */
    record Table(String name, List<String> key, List<String> values) {
        /** Replaces the row of the same key. */
        String upsert() {
            List<String> columns = Stream.concat(key.stream(), values.stream()).toList();
            return "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO UPDATE SET %s"
                    .formatted(
                            name,
                            String.join(", ", columns),
                            String.join(", ", Collections.nCopies(columns.size(), "?")),
                            String.join(", ", key),
                            String.join(
                                    ", ",
                                    values.stream()
                                            .map(value -> value + " = excluded." + value)
                                            .toList()));
        }
    }

    /** A row: the values of the key's columns, then of the others. */
    record Row(Table table, List<@Nullable Object> values) {
        static Row of(Table table, @Nullable Object... values) {
            List<@Nullable Object> storable = new ArrayList<>();
            for (Object value : values) {
                storable.add(value instanceof String text ? storable(text) : value);
            }
            return new Row(table, storable);
        }
    }

    /** The rows of a record of any of the topics that the sink reads. */
    static List<Row> rows(Object record) {
        if (record instanceof HashtagCount count) {
            return counted(count);
        } else if (record instanceof EntityCount count) {
            return named(count);
        } else if (record instanceof HappyHashtag count) {
            return smiled(count);
        } else if (record instanceof Volume volume) {
            return List.of(Row.of(
                    VOLUME,
                    seconds(volume.windowStart(), volume.windowEnd()),
                    time(volume.windowStart()),
                    volume.tier(),
                    volume.lang(),
                    volume.posts(),
                    volume.reposts(),
                    volume.replies(),
                    volume.quotes()));
        } else if (record instanceof PlaceCount place) {
            return List.of(Row.of(
                    PLACES,
                    seconds(place.windowStart(), place.windowEnd()),
                    time(place.windowStart()),
                    place.country(),
                    place.cell(),
                    place.posts()));
        } else if (record instanceof StreamInterval interval) {
            return List.of(Row.of(
                    INTERVALS,
                    interval.source(),
                    interval.state(),
                    time(interval.startedAt()),
                    time(interval.endedAt()),
                    interval.posts(),
                    interval.undelivered(),
                    interval.cause()));
        }
        throw new IllegalArgumentException("no table for a " + record.getClass().getSimpleName());
    }

    private static List<Row> counted(HashtagCount count) {
        List<Row> rows = new ArrayList<>();
        for (Scoped<Mentions> of :
                Scoped.of(count.hashtag(), count.total(), count.facets(), Mentions::tier, Mentions::lang)) {
            rows.add(Row.of(
                    HASHTAGS,
                    seconds(count.windowStart(), count.windowEnd()),
                    count.hashtag(),
                    time(count.windowStart()),
                    of.tier(),
                    of.lang(),
                    of.scopes(),
                    of.counts().mentions(),
                    of.counts().originals(),
                    of.counts().authors(),
                    of.counts().authorsError()));
        }
        return rows;
    }

    private static List<Row> named(EntityCount count) {
        List<Row> rows = new ArrayList<>();
        for (Scoped<Mentions> of :
                Scoped.of(count.entityKey(), count.total(), count.facets(), Mentions::tier, Mentions::lang)) {
            rows.add(Row.of(
                    ENTITIES,
                    seconds(count.windowStart(), count.windowEnd()),
                    count.entityKey(),
                    count.type(),
                    time(count.windowStart()),
                    of.tier(),
                    of.lang(),
                    count.entity(),
                    of.scopes(),
                    of.counts().mentions(),
                    of.counts().originals(),
                    of.counts().authors(),
                    of.counts().authorsError()));
        }
        return rows;
    }

    private static List<Row> smiled(HappyHashtag count) {
        List<Row> rows = new ArrayList<>();
        for (Scoped<Smiles> of :
                Scoped.of(count.hashtag(), count.total(), count.facets(), Smiles::tier, Smiles::lang)) {
            rows.add(Row.of(
                    HAPPY,
                    seconds(count.windowStart(), count.windowEnd()),
                    count.hashtag(),
                    time(count.windowStart()),
                    of.tier(),
                    of.lang(),
                    of.scopes(),
                    of.counts().posts(),
                    of.counts().maxSmiles(),
                    of.counts().sumSmiles()));
        }
        return rows;
    }

    private static int seconds(Instant start, Instant end) {
        return Math.toIntExact(Duration.between(start, end).toSeconds());
    }

    private static OffsetDateTime time(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    /** Postgres has no text with NUL in it, and an index no row of more than a third of a page. */
    private static String storable(String text) {
        String clean = text.replace('\0', '\uFFFD');
        return clean.codePointCount(0, clean.length()) <= MAX_CHARACTERS
                ? clean
                : clean.substring(0, clean.offsetByCodePoints(0, MAX_CHARACTERS)) + '…';
    }

    /**
     * Counts with the questions that they answer.
     *
     * @param tier empty if they are of several
     * @param lang the same
     * @param scopes the sum of what they answer
     */
    record Scoped<C>(C counts, String tier, String lang, int scopes) {
        /** Of a record's total and its facets. What many things share ranks nowhere: it answers no question. */
        static <C> List<Scoped<C>> of(
                String key,
                C total,
                List<C> facets,
                Function<C, @Nullable String> tierOf,
                Function<C, @Nullable String> langOf) {
            return key.equals(Keys.OTHERS)
                    ? List.of(new Scoped<>(total, "", "", 0))
                    : all(total, facets, tierOf, langOf);
        }

        private static <C> List<Scoped<C>> all(
                C total, List<C> facets, Function<C, @Nullable String> tierOf, Function<C, @Nullable String> langOf) {
            List<C> all = new ArrayList<>();
            all.add(total);
            all.addAll(facets);
            List<Scoped<C>> scoped = new ArrayList<>();
            for (C counts : all) {
                String tier = tierOf.apply(counts);
                String lang = langOf.apply(counts);
                // The coarsest row with a tier answers for it: one of several languages, if there is one.
                boolean ofTier = tier != null
                        && (lang == null
                                || all.stream()
                                        .noneMatch(o -> tier.equals(tierOf.apply(o)) && langOf.apply(o) == null));
                boolean ofLanguage = lang != null
                        && (tier == null
                                || all.stream()
                                        .noneMatch(o -> lang.equals(langOf.apply(o)) && tierOf.apply(o) == null));
                int scopes = (counts == total ? OF_ALL : 0)
                        | (ofTier ? OF_TIER : 0)
                        | (ofLanguage ? OF_LANGUAGE : 0)
                        | (tier != null && lang != null ? OF_BOTH : 0);
                scoped.add(new Scoped<>(counts, tier == null ? "" : tier, lang == null ? "" : lang, scopes));
            }
            return scoped;
        }
    }
}
