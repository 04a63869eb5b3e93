package io.tweetlake.nlp.cleansing;

import io.tweetlake.model.Entity;

/** The places of a text in code points, for places in UTF-16 code units and back. */
final class CodePoints {
    private final String text;

    CodePoints(String text) {
        this.text = text;
    }

    /** What stands from a code unit to another, as an entity. */
    Entity entity(int from, int to, String type, String origin) {
        int start = text.codePointCount(0, from);
        return new Entity(text.substring(from, to), type, start, start + text.codePointCount(from, to), origin);
    }

    /** The code unit of a code point. */
    int unit(int point) {
        return text.offsetByCodePoints(0, point);
    }
}
