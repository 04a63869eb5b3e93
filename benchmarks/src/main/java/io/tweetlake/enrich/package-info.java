/** Parts of enrich-streams that do not run alone, made to run to be measured. */
@NullMarked
package io.tweetlake.enrich;

import org.jspecify.annotations.NullMarked;
