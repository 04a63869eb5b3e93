package io.tweetlake.model;

/**
 * Something named in a tweet's full text: a mark of its author's, or a named entity.
 *
 * @param text as it stands there
 * @param type {@code PERSON}, {@code LOCATION}, {@code ORGANIZATION}, what else the platform annotates
 *     ({@code PRODUCT}, {@code OTHER}), or {@code HASHTAG}, {@code CASHTAG}, {@code MENTION}, {@code URL} with their
 *     signs
 * @param start the first character, counted in Unicode code points from 0, as X counts
 * @param end the first character after it
 * @param origin who found it: the platform ({@code x}), {@code twitter-text}, or the recogniser's name
 */
public record Entity(String text, String type, int start, int end, String origin) {
    public static final String HASHTAG = "HASHTAG";
    public static final String CASHTAG = "CASHTAG";
    public static final String MENTION = "MENTION";
    public static final String URL = "URL";
}
