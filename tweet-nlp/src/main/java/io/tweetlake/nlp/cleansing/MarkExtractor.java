package io.tweetlake.nlp.cleansing;

import com.twitter.twittertext.Extractor;
import io.tweetlake.model.Entity;
import io.tweetlake.model.Marks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds what the author marked in a text, by the platform's own rules (twitter-text), for deliveries that do not say.
 * Stateless and thread-safe.
 */
public final class MarkExtractor {
    static final String ORIGIN = "twitter-text";

    private final Extractor extractor = new Extractor();

    /** Hashtags, cashtags, mentions and URLs, with or without protocol, each in order of its place. */
    public Marks extract(String text) {
        List<Extractor.Entity> found = new ArrayList<>();
        found.addAll(extractor.extractHashtagsWithIndices(text));
        found.addAll(extractor.extractCashtagsWithIndices(text));
        found.addAll(extractor.extractMentionedScreennamesWithIndices(text));
        if (mayHoldUrl(text)) {
            found.addAll(extractor.extractURLsWithIndices(text));
        }
        if (found.isEmpty()) {
            return new Marks(List.of(), List.of(), List.of(), List.of(), List.of());
        }
        found.sort(Comparator.comparing(Extractor.Entity::getStart));
        CodePoints points = new CodePoints(text);
        List<Entity> spans = found.stream()
                .map(mark -> points.entity(mark.getStart(), mark.getEnd(), type(mark), ORIGIN))
                .toList();
        return new Marks(
                values(found, Extractor.Entity.Type.HASHTAG),
                values(found, Extractor.Entity.Type.CASHTAG),
                values(found, Extractor.Entity.Type.MENTION),
                values(found, Extractor.Entity.Type.URL),
                spans);
    }

    /**
     * In a URL there is a dot with a top-level domain behind it, which begins with a letter. Looking for more takes
     * twitter-text a tenth of a millisecond.
     */
    private static boolean mayHoldUrl(String text) {
        for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
            if (dot + 1 < text.length() && Character.isLetter(text.codePointAt(dot + 1))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> values(List<Extractor.Entity> found, Extractor.Entity.Type type) {
        return found.stream()
                .filter(mark -> mark.getType() == type)
                .map(Extractor.Entity::getValue)
                .toList();
    }

    private static String type(Extractor.Entity mark) {
        return switch (mark.getType()) {
            case HASHTAG -> Entity.HASHTAG;
            case CASHTAG -> Entity.CASHTAG;
            case MENTION -> Entity.MENTION;
            case URL -> Entity.URL;
        };
    }
}
