package io.tweetlake.nlp.cleansing;

import io.tweetlake.model.Entity;
import io.tweetlake.model.Keys;
import io.tweetlake.model.Marks;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which hashtags of a post count. Stateless and thread-safe. */
final class Hashtags {
    /** More than any author means: a post counts for so many at most. */
    static final int MAX_KEYS = 100;

    /** A text that its platform cut: a repost without its original, or a link to the whole instead of its end. */
    private static final Pattern CUT = Pattern.compile("\u2026(?:\\s?https?://t\\.co/\\w{1,40})?$");

    private static final String REPOST = "RT @";

    private Hashtags() {}

    /** The distinct keys of some hashtags, in order, up to {@link #MAX_KEYS}; what is too long is no hashtag. */
    static List<String> keys(List<String> hashtags) {
        Set<String> keys = new LinkedHashSet<>();
        for (String hashtag : hashtags) {
            if (hashtag.length() <= Keys.MAX_HASHTAG && keys.size() < MAX_KEYS) {
                keys.add(Keys.hashtag(hashtag));
            }
        }
        return List.copyOf(keys);
    }

    /** The marks without the hashtag that the end of a cut text runs through, which is the beginning of another. */
    static Marks withoutCut(String text, Marks marks) {
        int cut = cutAt(text);
        if (cut < 0 || marks.hashtags().isEmpty()) {
            return marks;
        }
        int end = text.codePointCount(0, cut);
        return marks.spans().stream()
                .filter(span -> span.type().equals(Entity.HASHTAG) && span.end() == end)
                .findFirst()
                .map(span -> without(span, marks))
                .orElse(marks);
    }

    private static Marks without(Entity span, Marks marks) {
        List<Entity> spans =
                marks.spans().stream().filter(other -> !other.equals(span)).toList();
        String hashtag = span.text().substring(1);
        int last = marks.hashtags().lastIndexOf(hashtag);
        List<String> hashtags = new ArrayList<>(marks.hashtags());
        if (last >= 0) {
            hashtags.remove(last);
        }
        return new Marks(hashtags, marks.cashtags(), marks.mentions(), marks.urls(), spans);
    }

    private static int cutAt(String text) {
        int ellipsis = text.lastIndexOf('\u2026');
        if (ellipsis < 0) {
            return -1;
        }
        Matcher cut = CUT.matcher(text).region(ellipsis, text.length());
        boolean isCut = cut.lookingAt() && (text.startsWith(REPOST) || cut.end() - cut.start() > 1);
        return isCut ? ellipsis : -1;
    }
}
