/** Where tweets come from. Nothing outside this package knows hbc. */
@NullMarked
package io.tweetlake.ingest.source;

import org.jspecify.annotations.NullMarked;
