/** The topic catalogue: every topic's name, serdes, owner and lake path. */
@NullMarked
package io.tweetlake.topic;

import org.jspecify.annotations.NullMarked;
