/** Looking into the lake without Spark. */
@NullMarked
package io.tweetlake.sandbox.lake;

import org.jspecify.annotations.NullMarked;
