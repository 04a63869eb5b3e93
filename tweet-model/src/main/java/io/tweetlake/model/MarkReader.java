package io.tweetlake.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads where the marks of a payload stand in its text. A place that is not in the text, or not the mark's, is left
 * out.
 */
final class MarkReader {
    /** More than any post has: what a message can make of its marks stays bounded. */
    private static final int MAX_SPANS = 1_000;

    private static final int MAX_SPAN_LENGTH = 500;

    private static final Pattern CASHTAG = Pattern.compile("(?<![\\w$])\\$([A-Z]{1,6})(?!\\w)");

    private final String text;
    private final String origin;
    private final int length;
    private final List<Entity> spans = new ArrayList<>();

    /**
     * @param text as delivered: places count its code points, character references spelt out
     * @param origin the platform
     */
    MarkReader(String text, String origin) {
        this.text = text;
        this.origin = origin;
        this.length = text.codePointCount(0, text.length());
    }

    /**
     * Reads a list of marks of one type.
     *
     * @param name the field with the mark itself, which must be what the text has at its place
     */
    MarkReader read(JsonNode list, String type, String name) {
        for (JsonNode item : list) {
            String value = Node.text(item, name);
            add(start(item), end(item), type, value);
        }
        return this;
    }

    /** Adds a mark that must end with this. */
    void add(@Nullable Long start, @Nullable Long end, String type, @Nullable String value) {
        Entity mark = at(start, end, type);
        if (value != null && mark != null && endsWith(mark.text(), value)) {
            spans.add(mark);
        }
    }

    /** Reads the platform's own named entities; their ends are inclusive. */
    MarkReader readAnnotations(JsonNode list) {
        for (JsonNode item : list) {
            String kind = Node.text(item, "type");
            Long last = end(item);
            Entity entity = kind == null || last == null ? null : at(start(item), last + 1, type(kind));
            if (entity != null) {
                spans.add(entity);
            }
        }
        return this;
    }

    /** What stands there, or null if that is not in the text. */
    @Nullable
    String textAt(@Nullable Long start, @Nullable Long end) {
        Entity there = at(start, end, "");
        return there == null ? null : there.text();
    }

    /** The cashtags of a platform that does not mark them, which are marked with this. */
    List<String> cashtags() {
        List<String> cashtags = new ArrayList<>();
        Matcher matcher = CASHTAG.matcher(text);
        int unit = 0;
        long start = 0;
        while (cashtags.size() < MAX_SPANS && matcher.find()) {
            cashtags.add(matcher.group(1));
            start += text.codePointCount(unit, matcher.start());
            unit = matcher.start();
            add(start, start + matcher.group().length(), Entity.CASHTAG, matcher.group(1));
        }
        return cashtags;
    }

    /** All marks, by their start. */
    List<Entity> spans() {
        spans.sort(Comparator.comparingInt(Entity::start));
        return spans;
    }

    private @Nullable Entity at(@Nullable Long start, @Nullable Long end, String type) {
        if (start == null || end == null || start < 0 || end > length || start >= end) {
            return null;
        }
        if (end - start > MAX_SPAN_LENGTH || spans.size() >= MAX_SPANS) {
            return null;
        }
        int from = text.offsetByCodePoints(0, start.intValue());
        int to = text.offsetByCodePoints(from, (int) (end - start));
        return new Entity(text.substring(from, to), type, start.intValue(), end.intValue(), origin);
    }

    private static boolean endsWith(String text, String value) {
        return text.regionMatches(true, text.length() - value.length(), value, 0, value.length());
    }

    private static @Nullable Long start(JsonNode item) {
        return item.has("indices") ? whole(item.path("indices").path(0)) : Node.number(item, "start");
    }

    private static @Nullable Long end(JsonNode item) {
        return item.has("indices") ? whole(item.path("indices").path(1)) : Node.number(item, "end");
    }

    private static @Nullable Long whole(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt() ? node.longValue() : null;
    }

    private static String type(String annotation) {
        return switch (annotation) {
            case "Person" -> "PERSON";
            case "Place" -> "LOCATION";
            case "Organization" -> "ORGANIZATION";
            case "Product" -> "PRODUCT";
            default -> "OTHER";
        };
    }
}
