package io.tweetlake.model;

import java.util.List;

/**
 * What the author marked in the text. The platforms call these "entities", a word that is kept here for the named ones.
 *
 * @param hashtags spelt as written, without {@code #}, in order, repeats kept
 * @param cashtags without {@code $}
 * @param mentions handles without {@code @}
 * @param urls expanded as far as the platform did
 * @param spans where each of them stands in the text, as far as it is known, and the entities that the platform itself
 *     annotated; by start
 */
public record Marks(
        List<String> hashtags, List<String> cashtags, List<String> mentions, List<String> urls, List<Entity> spans) {

    public Marks {
        hashtags = List.copyOf(hashtags);
        cashtags = List.copyOf(cashtags);
        mentions = List.copyOf(mentions);
        urls = List.copyOf(urls);
        spans = List.copyOf(spans);
    }

    /** The same with other places in the text. */
    public Marks at(List<Entity> newSpans) {
        return new Marks(hashtags, cashtags, mentions, urls, newSpans);
    }
}
