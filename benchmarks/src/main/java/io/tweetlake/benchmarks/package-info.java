/** Speed and quality, measured by command. */
@NullMarked
package io.tweetlake.benchmarks;

import org.jspecify.annotations.NullMarked;
