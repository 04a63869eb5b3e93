package io.tweetlake.nlp.cleansing;

import com.twitter.twittertext.Extractor;
import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.Marks;
import io.tweetlake.model.Post;
import io.tweetlake.model.Tweet;
import java.time.Instant;

/**
 * Makes the canonical tweet of a delivered post. It reads nothing but its arguments, so the same post gives the same
 * tweet. Thread-safe.
 */
public final class TweetCleanser {
    private final Extractor extractor = new Extractor();

    /** Makes the tweet; marks that the platform did not deliver are taken from the text by the platform's own rules. */
    public Tweet cleanse(Post post, Instant observedAt, String tier, BronzeCoordinates bronze) {
        String text = TweetText.readable(post.text());
        Marks marks = post.marks() == null ? extract(text) : post.marks();
        return new Tweet(
                post.with(text, marks),
                observedAt,
                tier,
                TweetText.cleaned(text),
                Hashtags.keys(marks.hashtags()),
                Smiles.emoticons(text),
                Smiles.emoji(text),
                bronze);
    }

    private Marks extract(String text) {
        return new Marks(
                extractor.extractHashtags(text),
                extractor.extractCashtags(text),
                extractor.extractMentionedScreennames(text),
                extractor.extractURLs(text),
                Marks.NONE.mediaUrls());
    }
}
