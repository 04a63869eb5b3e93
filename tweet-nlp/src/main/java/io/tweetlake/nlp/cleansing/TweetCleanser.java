package io.tweetlake.nlp.cleansing;

import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.CodePoints;
import io.tweetlake.model.Entity;
import io.tweetlake.model.Marks;
import io.tweetlake.model.Post;
import io.tweetlake.model.Tweet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the canonical tweet of a delivered post. It reads nothing but its arguments, so the same post gives the same
 * tweet. Thread-safe.
 */
public final class TweetCleanser {
    /** Its posts come with character references; those of all others are plain text: an ampersand there is one. */
    private static final String REFERENCES_SOURCE = "x";

    private final MarkExtractor extractor = new MarkExtractor();
    private final LanguageDetector languages = new LanguageDetector();
    private final HappySet happy;

    /** @param happy what is counted as happy */
    public TweetCleanser(HappySet happy) {
        this.happy = happy;
    }

    /**
     * Makes the tweet; marks that the platform did not deliver are taken from the text by the platform's own rules, a
     * language that it did not deliver, or that has not the form of a code, is detected: an author may claim anything.
     */
    public Tweet cleanse(Post post, Instant observedAt, String tier, BronzeCoordinates bronze) {
        ReadableText readable = post.source().equals(REFERENCES_SOURCE)
                ? ReadableText.of(post.text())
                : ReadableText.ofPlain(post.text());
        String text = readable.text();
        Marks delivered = post.marks();
        Marks marks = Hashtags.withoutCut(
                text, delivered == null ? extractor.extract(text) : moved(delivered, post.text(), readable));
        String withoutUrls = TweetText.withoutUrls(text, delivered == null ? List.of() : marks.spans());
        String cleaned = TweetText.plain(withoutUrls);
        String claimed = Languages.of(post.lang());
        String lang = claimed == null ? languages.detect(cleaned) : claimed;
        return new Tweet(
                post.with(text, lang, marks),
                observedAt,
                tier,
                cleaned,
                Hashtags.keys(marks.hashtags()),
                Smiles.emoticonsOf(withoutUrls),
                Smiles.emoji(text),
                happy.countEmoticons(withoutUrls),
                happy.countEmoji(text),
                null,
                bronze);
    }

    /** The delivered marks at their places in the readable text. */
    private static Marks moved(Marks delivered, String from, ReadableText to) {
        if (delivered.spans().isEmpty() || from.equals(to.text())) {
            return delivered;
        }
        CodePoints before = new CodePoints(from);
        CodePoints after = new CodePoints(to.text());
        List<Entity> spans = new ArrayList<>();
        for (Entity mark : delivered.spans()) {
            int start = to.place(before.unit(mark.start()));
            int end = to.place(before.unit(mark.end()));
            if (start < end) {
                spans.add(after.entity(start, end, mark.type(), mark.origin()));
            }
        }
        return delivered.at(spans);
    }
}
