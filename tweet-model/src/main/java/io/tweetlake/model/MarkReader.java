package io.tweetlake.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads where the marks of a payload stand in its text, and checks them against it: what stands in the text is what
 * counts. A place that is not in the text, or not the mark's, is left out; a hashtag is then looked for. Takes time
 * linear in the text and the payload. Not thread-safe.
 */
final class MarkReader {
    /** More than any post has: what a message can make of its marks stays bounded. */
    static final int MAX_MARKS = 1_000;

    private static final int MAX_SPAN_LENGTH = 500;

    private static final Pattern CASHTAG = Pattern.compile("(?<![\\w$])\\$([A-Z]{1,6})(?!\\w)");

    private final String text;
    private final String origin;
    private final CodePoints points;
    private final List<Entity> spans = new ArrayList<>();
    private @Nullable List<Tag> tags;

    /**
     * A hashtag of the text.
     *
     * @param from its sign, in code units
     * @param loose its letters without case and accents
     */
    private record Tag(int from, int to, String loose) {}

    /**
     * @param text as delivered: places count its code points, character references spelt out
     * @param origin the platform
     */
    MarkReader(String text, String origin) {
        this.text = text;
        this.origin = origin;
        this.points = new CodePoints(text);
    }

    /**
     * Reads a list of marks of one type.
     *
     * @param name the field with the mark itself, which must be what the text has at its place
     */
    MarkReader read(JsonNode list, String type, String name) {
        int read = 0;
        for (JsonNode item : list) {
            if (read++ == MAX_MARKS) {
                break;
            }
            String value = Node.text(item, name);
            if (type.equals(Entity.HASHTAG)) {
                addHashtag(start(item), end(item), value);
            } else {
                add(start(item), end(item), type, value);
            }
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

    /**
     * Adds a hashtag as the text writes it: platforms deliver it folded, with its sign or cut short, and at places that
     * count something else than code points.
     *
     * @param value as delivered
     */
    void addHashtag(@Nullable Long start, @Nullable Long end, @Nullable String value) {
        String name = value == null ? "" : withoutSign(value);
        if (name.isEmpty()) {
            return;
        }
        Entity there = at(start, end, Entity.HASHTAG);
        if (there != null
                && isSign(there.text().charAt(0))
                && withoutSign(there.text()).equalsIgnoreCase(name)) {
            spans.add(there);
            if (tags != null) {
                int from = points.unit(there.start());
                tags.removeIf(tag -> tag.from == from);
            }
            return;
        }
        Tag tag = tagOf(loose(name), start);
        if (tag != null && spans.size() < MAX_MARKS) {
            spans.add(points.entity(tag.from, tag.to, Entity.HASHTAG, origin));
        }
    }

    /** The hashtags that were added, without their signs. */
    List<String> hashtags() {
        return spans().stream()
                .filter(span -> span.type().equals(Entity.HASHTAG))
                .map(span -> withoutSign(span.text()))
                .toList();
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
        while (cashtags.size() < MAX_MARKS && matcher.find()) {
            cashtags.add(matcher.group(1));
            if (spans.size() < MAX_MARKS) {
                spans.add(points.entity(matcher.start(), matcher.end(), Entity.CASHTAG, origin));
            }
        }
        return cashtags;
    }

    /** All marks, by their start. */
    List<Entity> spans() {
        spans.sort(Comparator.comparingInt(Entity::start));
        return spans;
    }

    private @Nullable Entity at(@Nullable Long start, @Nullable Long end, String type) {
        if (start == null || end == null || start < 0 || end > points.count() || start >= end) {
            return null;
        }
        if (end - start > MAX_SPAN_LENGTH || spans.size() >= MAX_MARKS) {
            return null;
        }
        int from = points.unit(start.intValue());
        int to = points.unit(end.intValue());
        return new Entity(text.substring(from, to), type, start.intValue(), end.intValue(), origin);
    }

    /**
     * The hashtag of this name that is next to where it is said to be and was not taken; else the one that begins there
     * and is longer.
     */
    private @Nullable Tag tagOf(String loose, @Nullable Long start) {
        List<Tag> all = tags;
        if (all == null) {
            all = readTags();
            tags = all;
        }
        int near = start == null ? 0 : points.unit((int) Math.max(0, Math.min(points.count(), start)));
        Tag next = null;
        Tag longer = null;
        for (Tag tag : all) {
            if (tag.loose.equals(loose)) {
                next = next == null || Math.abs(tag.from - near) < Math.abs(next.from - near) ? tag : next;
            } else if (start != null && tag.from == near && tag.loose.startsWith(loose)) {
                longer = tag;
            }
        }
        Tag found = next == null ? longer : next;
        all.remove(found);
        return found;
    }

    /** What no mark has taken yet. */
    private List<Tag> readTags() {
        List<Tag> found = new ArrayList<>();
        int from = 0;
        while (from < text.length() && found.size() < MAX_MARKS) {
            int to = from + 1;
            if (isSign(text.charAt(from))) {
                while (to < text.length() && to - from < MAX_SPAN_LENGTH && isPart(text.codePointAt(to))) {
                    to += Character.charCount(text.codePointAt(to));
                }
                int start = points.point(from);
                if (to > from + 1 && spans.stream().noneMatch(span -> span.start() == start)) {
                    found.add(new Tag(from, to, loose(text.substring(from + 1, to))));
                }
            }
            from = to;
        }
        return found;
    }

    private static boolean isSign(char character) {
        return character == '#' || character == '\uff03';
    }

    static String withoutSign(String hashtag) {
        int from = 0;
        while (from < hashtag.length() && isSign(hashtag.charAt(from))) {
            from++;
        }
        return hashtag.substring(from);
    }

    /** Letters, digits, the marks on them, and what joins them. */
    private static boolean isPart(int point) {
        return Character.isLetterOrDigit(point)
                || point == '_'
                || point == 0xb7
                || point == 0x200c
                || point == 0x200d
                || point == 0x30fb
                || Character.getType(point) == Character.NON_SPACING_MARK
                || Character.getType(point) == Character.COMBINING_SPACING_MARK;
    }

    /** Without case, width and accents. Bounded first: composing takes longer than linear time. */
    private static String loose(String name) {
        String bounded = name.length() > MAX_SPAN_LENGTH ? name.substring(0, MAX_SPAN_LENGTH) : name;
        StringBuilder loose = new StringBuilder(bounded.length());
        Normalizer.normalize(bounded, Normalizer.Form.NFKD)
                .codePoints()
                .filter(point -> Character.getType(point) != Character.NON_SPACING_MARK)
                .map(point -> Character.toLowerCase(Character.toUpperCase(point)))
                .forEach(loose::appendCodePoint);
        return loose.toString();
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
