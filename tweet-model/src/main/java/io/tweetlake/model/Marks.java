package io.tweetlake.model;

import java.util.List;

/**
 * What the author marked in the text or attached to it. The platforms call these "entities", a word that is kept here
 * for the named ones ({@link Entity}).
 *
 * @param hashtags spelt as written, without {@code #}, in order, repeats kept
 * @param cashtags without {@code $}
 * @param mentions handles without {@code @}
 * @param urls expanded as far as the platform did
 */
public record Marks(
        List<String> hashtags,
        List<String> cashtags,
        List<String> mentions,
        List<String> urls,
        List<String> mediaUrls) {
    public static final Marks NONE = new Marks(List.of(), List.of(), List.of(), List.of(), List.of());

    public Marks {
        hashtags = List.copyOf(hashtags);
        cashtags = List.copyOf(cashtags);
        mentions = List.copyOf(mentions);
        urls = List.copyOf(urls);
        mediaUrls = List.copyOf(mediaUrls);
    }
}
