package io.tweetlake.nlp.cleansing;

import com.twitter.twittertext.Regex;
import io.tweetlake.model.CodePoints;
import io.tweetlake.model.Entity;
import io.tweetlake.model.Marks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;

/**
 * Finds what the author marked in a text, by the platform's own rules (twitter-text), for deliveries that do not say,
 * in time linear in the text. Stateless and thread-safe.
 */
public final class MarkExtractor {
    static final String ORIGIN = "twitter-text";

    /** More than any post has, of each kind. */
    private static final int MAX_MARKS = 1_000;

    /** Hashtags, cashtags, mentions and URLs, with or without protocol, each in order of its place. */
    public Marks extract(String text) {
        List<UrlScanner.Url> urls = mayHoldUrl(text) ? UrlScanner.find(text, MAX_MARKS) : List.of();
        List<Mark> found = new ArrayList<>();
        urls.forEach(url -> found.add(new Mark(Entity.URL, url.start(), url.end(), 0)));
        addHashtags(text, urls, found);
        addCashtags(text, found);
        addMentions(text, found);
        if (found.isEmpty()) {
            return new Marks(List.of(), List.of(), List.of(), List.of(), List.of());
        }
        found.sort(Comparator.comparingInt(Mark::start));
        CodePoints points = new CodePoints(text);
        return new Marks(
                values(found, Entity.HASHTAG, text),
                values(found, Entity.CASHTAG, text),
                values(found, Entity.MENTION, text),
                values(found, Entity.URL, text),
                found.stream()
                        .map(mark -> points.entity(mark.start, mark.end, mark.type, ORIGIN))
                        .toList());
    }

    /** @param sign the length of what stands before its value */
    private record Mark(String type, int start, int end, int sign) {}

    private static void addHashtags(String text, List<UrlScanner.Url> urls, List<Mark> found) {
        if (text.indexOf('#') < 0 && text.indexOf('\uff03') < 0) {
            return;
        }
        List<Mark> marks = hashtags(text);
        // Of a hashtag and a URL that overlap, the one that begins first counts.
        int next = 0;
        int end = 0;
        for (Mark mark : marks) {
            while (next < urls.size() && urls.get(next).start() <= mark.start) {
                end = urls.get(next).start() >= end ? urls.get(next).end() : end;
                next++;
            }
            if (mark.start >= end) {
                found.add(mark);
                end = mark.end;
            }
        }
    }

    private static List<Mark> hashtags(String text) {
        List<Mark> marks = new ArrayList<>();
        int sign = 0;
        while (sign < text.length() && marks.size() < MAX_MARKS) {
            int end = isSign(text.charAt(sign)) && mayFollow(text, sign) ? hashtagEnd(text, sign + 1) : -1;
            if (end > 0 && !isInvalidEnd(text, end)) {
                marks.add(new Mark(Entity.HASHTAG, sign, end, 1));
            }
            sign = Math.max(sign + 1, end);
        }
        return marks;
    }

    private static boolean isSign(char character) {
        return character == '#' || character == '\uff03';
    }

    /** Whether what stands before a sign lets it begin a hashtag. */
    private static boolean mayFollow(String text, int sign) {
        if (sign == 0) {
            return true;
        }
        int before = text.codePointBefore(sign);
        return before == 0xfe0e || before == 0xfe0f || (before != '&' && !HashtagCharacters.isPart(before));
    }

    /** Behind letters, digits and what joins them, of which one is a letter; -1 if these are none. */
    private static int hashtagEnd(String text, int from) {
        if (from < text.length() && (text.charAt(from) == 0xfe0f || text.charAt(from) == 0x20e3)) {
            return -1;
        }
        int end = from;
        boolean hasLetter = false;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            if (!HashtagCharacters.isPart(point)) {
                break;
            }
            hasLetter |= HashtagCharacters.isLetter(point);
            end += Character.charCount(point);
        }
        return hasLetter ? end : -1;
    }

    private static boolean isInvalidEnd(String text, int end) {
        return end < text.length() && (isSign(text.charAt(end)) || text.startsWith("://", end));
    }

    private static void addCashtags(String text, List<Mark> found) {
        if (text.indexOf('$') < 0) {
            return;
        }
        Matcher matcher = Regex.VALID_CASHTAG.matcher(text);
        for (int count = 0; count < MAX_MARKS && matcher.find(); count++) {
            int value = Regex.VALID_CASHTAG_GROUP_CASHTAG;
            found.add(new Mark(Entity.CASHTAG, matcher.start(value) - 1, matcher.end(value), 1));
        }
    }

    /** A list is no mention. */
    private static void addMentions(String text, List<Mark> found) {
        if (text.indexOf('@') < 0 && text.indexOf('\uff20') < 0) {
            return;
        }
        Matcher matcher = Regex.VALID_MENTION_OR_LIST.matcher(text);
        Matcher end = Regex.INVALID_MENTION_MATCH_END.matcher(text);
        int name = Regex.VALID_MENTION_OR_LIST_GROUP_USERNAME;
        for (int count = 0; count < MAX_MARKS && matcher.find(); count++) {
            if (matcher.group(Regex.VALID_MENTION_OR_LIST_GROUP_LIST) == null
                    && !end.region(matcher.end(), text.length()).lookingAt()) {
                found.add(new Mark(Entity.MENTION, matcher.start(name) - 1, matcher.end(name), 1));
            }
        }
    }

    /**
     * In a URL there is a dot with a top-level domain behind it, which begins with a letter. Looking for more takes
     * longer.
     */
    private static boolean mayHoldUrl(String text) {
        for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
            if (dot + 1 < text.length() && Character.isLetter(text.codePointAt(dot + 1))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> values(List<Mark> found, String type, String text) {
        return found.stream()
                .filter(mark -> mark.type.equals(type))
                .map(mark -> text.substring(mark.start + mark.sign, mark.end))
                .toList();
    }
}
