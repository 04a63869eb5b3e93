package io.tweetlake.enrich;

import io.tweetlake.model.NamedCount;
import io.tweetlake.model.Post;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.Quality;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.CumulativeSum;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the posts of a task are like and reports each minute of each topic when it is over, as a record and as
 * metrics. What is counted lies in memory: a killed process loses at most the minute it was in. Use from the task's
 * thread only.
 */
final class QualityMonitor {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,2}");
    private static final int MAX_LANGUAGES = 150;

    private final Set<String> languages = new HashSet<>();
    private final int partition;
    private final StreamsMetrics metrics;
    private final Duration lateAfter;
    private final BiConsumer<String, Quality> report;
    private final Map<String, Minute> minutes = new TreeMap<>();
    private final Cancellable checks;
    private long windowStart;

    /** What became of a record. */
    enum Outcome {
        WRITTEN,
        DUPLICATE,
        DEAD,
        FILTERED
    }

    /** The counts of one topic in the minute that runs. */
    private static final class Minute {
        private final SortedMap<String, Long> outcomes = new TreeMap<>();
        private final SortedMap<String, Long> missing = new TreeMap<>();
        private final SortedMap<String, Long> languages = new TreeMap<>();
        private final SortedMap<String, Long> variants = new TreeMap<>();
        private long late;
        private long future;

        private long of(Outcome outcome) {
            return outcomes.getOrDefault(outcome.name(), 0L);
        }
    }

    QualityMonitor(ProcessingContext context, Duration lateAfter, BiConsumer<String, Quality> report) {
        this.partition = context.taskId().partition();
        this.metrics = context.metrics();
        this.lateAfter = lateAfter;
        this.report = report;
        this.windowStart = windowOf(context.currentSystemTimeMs());
        this.checks = context.schedule(CHECK_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::closeWindows);
    }

    /** Reports no more; with the processor, as {@link io.tweetlake.runtime.streams.StreamsBooks#close} says. */
    void close() {
        checks.cancel();
    }

    /** Counts a delivered post, whatever becomes of it. */
    void delivered(String topic, PostMessage message, Post post, Instant observed) {
        Minute minute = minute(topic);
        count(minute.variants, message.variant());
        count(minute.languages, language(post.lang()));
        countMissing(minute.missing, post);
        if (post.createdAt().isAfter(observed)) {
            minute.future++;
        } else if (post.createdAt().isBefore(observed.minus(lateAfter))) {
            minute.late++;
        }
    }

    /** Counts what became of a record. */
    void ended(String topic, Outcome outcome) {
        count(minute(topic).outcomes, outcome.name());
    }

    /** A platform may send anything as a language: what is none, and what comes after so many, is one name. */
    private String language(@Nullable String lang) {
        if (lang == null) {
            return "none";
        }
        boolean counted =
                LANGUAGE.matcher(lang).matches() && (languages.contains(lang) || languages.size() < MAX_LANGUAGES);
        if (counted) {
            languages.add(lang);
        }
        return counted ? lang : "other";
    }

    private static void countMissing(SortedMap<String, Long> missing, Post post) {
        countIfNull(missing, "lang", post.lang());
        countIfNull(missing, "marks", post.marks());
        countIfNull(missing, "author_id", post.author().id());
        countIfNull(missing, "author_name", post.author().name());
        countIfNull(missing, "author_handle", post.author().handle());
        countIfNull(missing, "author_followers", post.author().followers());
        countIfNull(missing, "client_app", post.clientApp());
        countIfNull(missing, "geo_lat", post.location().lat());
        countIfNull(missing, "geo_country", post.location().country());
        countIfNull(missing, "count_likes", post.counts().likes());
        if (post.matchedRules().isEmpty()) {
            count(missing, "matched_rules");
        }
    }

    private static void countIfNull(SortedMap<String, Long> missing, String field, @Nullable Object value) {
        if (value == null) {
            count(missing, field);
        }
    }

    private static void count(SortedMap<String, Long> counts, String name) {
        counts.merge(name, 1L, Long::sum);
    }

    private Minute minute(String topic) {
        return minutes.computeIfAbsent(topic, name -> new Minute());
    }

    private void closeWindows(long now) {
        long current = windowOf(now);
        if (current == windowStart) {
            return;
        }
        Instant start = Instant.ofEpochMilli(windowStart);
        minutes.forEach((topic, minute) -> {
            Quality quality = quality(start, topic, minute);
            measure(quality);
            report.accept(start + "/" + topic + "/" + partition, quality);
        });
        minutes.clear();
        windowStart = current;
    }

    private Quality quality(Instant start, String topic, Minute minute) {
        return new Quality(
                start,
                start.plus(WINDOW),
                topic,
                partition,
                minute.outcomes.values().stream().mapToLong(Long::longValue).sum(),
                minute.of(Outcome.WRITTEN),
                minute.of(Outcome.DUPLICATE),
                minute.of(Outcome.DEAD),
                minute.of(Outcome.FILTERED),
                minute.late,
                minute.future,
                named(minute.missing),
                named(minute.languages),
                named(minute.variants));
    }

    private static List<NamedCount> named(SortedMap<String, Long> counts) {
        List<NamedCount> named = new ArrayList<>();
        counts.forEach((name, count) -> named.add(new NamedCount(name, count)));
        return named;
    }

    private void measure(Quality quality) {
        measure(quality.topic(), "received", quality.received());
        measure(quality.topic(), "duplicate", quality.duplicate());
        measure(quality.topic(), "dead", quality.dead());
        measure(quality.topic(), "late", quality.late());
        measure(quality.topic(), "future", quality.future());
        quality.missing().forEach(field -> measure(quality.topic(), "missing-" + field.name(), field.count()));
        quality.languages().forEach(lang -> measure(quality.topic(), "language-" + lang.name(), lang.count()));
        quality.variants().forEach(variant -> measure(quality.topic(), "variant-" + variant.name(), variant.count()));
    }

    private void measure(String topic, String what, long count) {
        Sensor sensor =
                metrics.addSensor("quality-" + what + "-" + topic + "-" + partition, Sensor.RecordingLevel.INFO);
        Map<String, String> tags = Map.of("topic", topic, "partition", String.valueOf(partition));
        sensor.add(
                new MetricName(what, "quality-metrics", "posts since the process started, by the minute", tags),
                new CumulativeSum());
        sensor.record((double) count);
    }

    private static long windowOf(long millis) {
        return millis - Math.floorMod(millis, WINDOW.toMillis());
    }
}
