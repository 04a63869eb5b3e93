package io.tweetlake.nlp.ner;

/**
 * All that the features of a model take from one word, computed once: what it adds to the scores of its own position
 * and of those about it, and its part in the names of the features that join words. Immutable but for the arrays, which
 * nobody writes.
 *
 * @param text as CoreNLP's features see it
 * @param name of the text
 * @param shape the name of its shape
 * @param cluster the name of its distributional cluster
 * @param self what it adds to the labels of its own position
 * @param previous what it adds to the labels of the position after it
 * @param next what it adds to the labels of the position before it
 * @param soonBefore what it adds to the labels of the positions that follow within reach
 * @param soonAfter what it adds to the labels of the positions that precede within reach
 * @param edge what it adds to the pairs of labels (previous, own)
 * @param edgeAfter what it adds to the pairs (own, that of the next position)
 * @param edgeBefore what it adds to the pairs that end before it
 * @param isName begins with a capital and has no other
 * @param isLowerWord has a letter and no capital
 * @param hasLetter whether it has a letter
 */
record Word(
        String text,
        Symbol name,
        Symbol shape,
        Symbol cluster,
        double[] self,
        double[] previous,
        double[] next,
        double[] soonBefore,
        double[] soonAfter,
        double[] edge,
        double[] edgeAfter,
        double[] edgeBefore,
        boolean isName,
        boolean isLowerWord,
        boolean hasLetter) {}
