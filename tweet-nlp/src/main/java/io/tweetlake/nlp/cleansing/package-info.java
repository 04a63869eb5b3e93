/** Makes the canonical tweet of a delivered post: plain functions on records. */
@NullMarked
package io.tweetlake.nlp.cleansing;

import org.jspecify.annotations.NullMarked;
