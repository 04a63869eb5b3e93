/** Named entities, and the fence round CoreNLP (GPL v3): nothing outside this package knows it. */
@NullMarked
package io.tweetlake.nlp.ner;

import org.jspecify.annotations.NullMarked;
