package io.tweetlake.nlp.ner;

/**
 * A string as a polynomial hash modulo 2^64. The hash of a concatenation follows from the hashes of its parts, so the
 * name of a feature is looked up without being built.
 *
 * @param hash of the string's UTF-16 code units
 * @param power the base to the power of the string's length
 */
record Symbol(long hash, long power) {
    static final Symbol EMPTY = new Symbol(0, 1);

    /**
     * Odd and of full period: a multiplier of Steele and Vigna, "Computationally easy, spectrally good multipliers".
     */
    private static final long BASE = 0xd1342543de82ef95L;

    static Symbol of(CharSequence text) {
        return of(text, 0, text.length());
    }

    static Symbol of(CharSequence text, int from, int to) {
        long hash = 0;
        long power = 1;
        for (int i = from; i < to; i++) {
            hash = hash * BASE + text.charAt(i) + 1;
            power *= BASE;
        }
        return new Symbol(hash, power);
    }

    /** The hash of what was hashed before, followed by this. */
    long after(long before) {
        return before * power + hash;
    }
}
