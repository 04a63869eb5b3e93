/**
 * The command line, and the whole of Tweetlake on one machine: infrastructure in this process, each service as its own.
 */
@NullMarked
package io.tweetlake.sandbox;

import org.jspecify.annotations.NullMarked;
