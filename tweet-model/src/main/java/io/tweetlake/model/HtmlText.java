package io.tweetlake.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of the small HTML that Mastodon allows in a status: paragraphs and breaks as line breaks, all other markup
 * removed, character references decoded. Links are mentions, hashtags or URLs by their class. Takes time linear in the
 * text.
 */
final class HtmlText {
    private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z0-9]*+)([^<>]*+)>");
    private static final Pattern HREF = Pattern.compile("href=\"([^\"]*)\"");
    private static final Pattern CLASS = Pattern.compile("class=\"([^\"]*)\"");

    private final StringBuilder building = new StringBuilder();
    private final List<Link> open = new ArrayList<>();
    private final List<Link> closed = new ArrayList<>();
    private final List<String> links = new ArrayList<>();
    private String text = "";

    private record Link(String type, int start, int end) {}

    private HtmlText() {}

    static HtmlText of(String html) {
        HtmlText result = new HtmlText();
        Matcher tags = TAG.matcher(html);
        int done = 0;
        while (tags.find()) {
            result.append(html, done, tags.start());
            done = tags.end();
            result.tag(!tags.group(1).isEmpty(), tags.group(2).toLowerCase(Locale.ROOT), tags.group(3));
        }
        result.append(html, done, html.length());
        String whole = result.building.toString();
        result.text = whole.strip();
        return result;
    }

    String text() {
        return text;
    }

    /** Where links lead that are neither mention nor hashtag. */
    List<String> links() {
        return links;
    }

    /** The marks at their places, and cashtags, which the platform does not mark. */
    MarkReader marks(String origin) {
        int leading = leading();
        MarkReader reader = new MarkReader(text, origin);
        CodePoints points = new CodePoints(text);
        for (Link link : closed) {
            int start = link.start - leading;
            int end = link.end - leading;
            if (start >= 0 && start < end && end <= text.length()) {
                long from = points.point(start);
                long to = points.point(end);
                if (link.type.equals(Entity.HASHTAG)) {
                    reader.addHashtag(from, to, text.substring(start, end));
                } else {
                    reader.add(from, to, link.type, text.substring(start, end));
                }
            }
        }
        return reader;
    }

    /** How much white space was before the text. */
    private int leading() {
        int leading = 0;
        while (leading < building.length() && Character.isWhitespace(building.codePointAt(leading))) {
            leading += Character.charCount(building.codePointAt(leading));
        }
        return leading;
    }

    private void append(String html, int from, int to) {
        building.append(CharacterReferences.decode(html.substring(from, to)));
    }

    private void tag(boolean closing, String name, String attributes) {
        switch (name) {
            case "br" -> building.append('\n');
            case "p", "li", "blockquote" -> {
                if (closing) {
                    building.append('\n');
                }
            }
            case "a" -> {
                if (!closing) {
                    open(attributes);
                } else if (!open.isEmpty()) {
                    Link link = open.remove(open.size() - 1);
                    close(link);
                }
            }
            default -> {}
        }
    }

    private void open(String attributes) {
        String classes = " " + attribute(CLASS, attributes) + " ";
        String type = classes.contains(" hashtag ")
                ? Entity.HASHTAG
                : classes.contains(" mention ") ? Entity.MENTION : Entity.URL;
        open.add(new Link(type, building.length(), building.length()));
        String href = attribute(HREF, attributes);
        if (type.equals(Entity.URL) && href != null && links.size() < MarkReader.MAX_MARKS) {
            links.add(CharacterReferences.decode(href));
        }
    }

    private void close(Link link) {
        if (closed.size() < MarkReader.MAX_MARKS) {
            closed.add(new Link(link.type, link.start, building.length()));
        }
    }

    private static @Nullable String attribute(Pattern pattern, String attributes) {
        Matcher matcher = pattern.matcher(attributes);
        return matcher.find() ? matcher.group(1) : null;
    }
}
