package io.tweetlake.nlp.cleansing;

import java.util.List;

/**
 * What counts as happy: emoticons and emoji, counted apart. Immutable and thread-safe.
 *
 * @param emoticons each counted wherever its characters stand, in a row of them too, but never in a URL
 * @param emoji each counted wherever it stands, with a skin tone or joined to others too
 */
public record HappySet(List<String> emoticons, List<String> emoji) {
    /** Counts no empty ones. */
    public HappySet {
        emoticons = emoticons.stream().filter(text -> !text.isEmpty()).toList();
        emoji = emoji.stream().filter(text -> !text.isEmpty()).toList();
    }

    /** @param text without its URLs */
    int countEmoticons(String text) {
        return count(emoticons, text);
    }

    int countEmoji(String text) {
        return count(emoji, text);
    }

    private static int count(List<String> wanted, String text) {
        int count = 0;
        for (String smile : wanted) {
            for (int at = text.indexOf(smile); at >= 0; at = text.indexOf(smile, at + smile.length())) {
                count++;
            }
        }
        return count;
    }
}
