/** The process that publishes what sources deliver to the bronze topics. */
@NullMarked
package io.tweetlake.ingest;

import org.jspecify.annotations.NullMarked;
