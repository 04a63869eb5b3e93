package io.tweetlake.model;

/**
 * A named entity in a tweet's full text.
 *
 * @param type {@code PERSON}, {@code LOCATION} or {@code ORGANIZATION}
 * @param start the first character, counted in Unicode code points from 0, as X counts
 * @param end the first character after it
 * @param origin who found it: the recogniser's name
 */
public record Entity(String text, String type, int start, int end, String origin) {}
