package io.tweetlake.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of the small HTML that Mastodon allows in a status: paragraphs and breaks as line breaks, all other markup
 * removed, character references left as they are. Links are mentions, hashtags or URLs by their class.
 */
final class HtmlText {
    private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z0-9]*+)([^<>]*+)>");
    private static final Pattern HREF = Pattern.compile("href=\"([^\"]*)\"");
    private static final Pattern CLASS = Pattern.compile("class=\"([^\"]*)\"");

    private final StringBuilder text = new StringBuilder();
    private final List<Link> open = new ArrayList<>();
    private final List<Link> closed = new ArrayList<>();
    private final List<String> links = new ArrayList<>();
    private final String origin;

    private record Link(String type, int start, int end) {}

    private HtmlText(String origin) {
        this.origin = origin;
    }

    static HtmlText of(String html, String origin) {
        HtmlText result = new HtmlText(origin);
        Matcher tags = TAG.matcher(html);
        int done = 0;
        while (tags.find()) {
            result.text.append(html, done, tags.start());
            done = tags.end();
            result.tag(!tags.group(1).isEmpty(), tags.group(2).toLowerCase(Locale.ROOT), tags.group(3));
        }
        result.text.append(html, done, html.length());
        return result;
    }

    String text() {
        return text.toString().strip();
    }

    /** Where links lead that are neither mention nor hashtag. */
    List<String> links() {
        return links;
    }

    List<Entity> spans() {
        return marks().spans();
    }

    List<String> cashtags() {
        return marks().cashtags();
    }

    private MarkReader marks() {
        String stripped = text();
        int leading = text.indexOf(stripped);
        MarkReader reader = new MarkReader(stripped, origin);
        int unit = 0;
        long before = 0;
        for (Link link : closed) {
            int start = link.start - leading;
            int end = link.end - leading;
            // Links do not nest, so that each starts behind the one before.
            if (start >= unit && start < end && end <= stripped.length()) {
                before += stripped.codePointCount(unit, start);
                unit = start;
                long length = stripped.codePointCount(start, end);
                reader.add(before, before + length, link.type, stripped.substring(start, end));
            }
        }
        return reader;
    }

    private void tag(boolean closing, String name, String attributes) {
        switch (name) {
            case "br" -> text.append('\n');
            case "p", "li", "blockquote" -> {
                if (closing) {
                    text.append('\n');
                }
            }
            case "a" -> {
                if (!closing) {
                    open(attributes);
                } else if (!open.isEmpty()) {
                    Link link = open.remove(open.size() - 1);
                    closed.add(new Link(link.type, link.start, text.length()));
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
        open.add(new Link(type, text.length(), text.length()));
        String href = attribute(HREF, attributes);
        if (type.equals(Entity.URL) && href != null) {
            links.add(href.replace("&amp;", "&"));
        }
    }

    private static @Nullable String attribute(Pattern pattern, String attributes) {
        Matcher matcher = pattern.matcher(attributes);
        return matcher.find() ? matcher.group(1) : null;
    }
}
