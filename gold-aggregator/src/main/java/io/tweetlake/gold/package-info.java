/** The process that makes gold of silver. */
@NullMarked
package io.tweetlake.gold;

import org.jspecify.annotations.NullMarked;
