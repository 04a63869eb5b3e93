/** Typed settings, complete and checked at start. */
@NullMarked
package io.tweetlake.runtime.config;

import org.jspecify.annotations.NullMarked;
