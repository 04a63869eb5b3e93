/** How a process lives: start, health, metrics, topics, stop and a true exit code. */
@NullMarked
package io.tweetlake.runtime;

import org.jspecify.annotations.NullMarked;
