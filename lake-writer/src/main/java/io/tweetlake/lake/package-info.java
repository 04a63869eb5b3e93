/** The process that lands every tier's topics as Parquet. Nothing outside this module knows Spark. */
@NullMarked
package io.tweetlake.lake;

import org.jspecify.annotations.NullMarked;
