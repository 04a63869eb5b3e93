/** The process that makes silver of bronze. */
@NullMarked
package io.tweetlake.enrich;

import org.jspecify.annotations.NullMarked;
