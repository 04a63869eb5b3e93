/** The records that flow through Tweetlake, and the parser that makes them of what platforms deliver. */
@NullMarked
package io.tweetlake.model;

import org.jspecify.annotations.NullMarked;
