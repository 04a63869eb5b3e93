/** Dead letters: reading them, and sending them back. */
@NullMarked
package io.tweetlake.sandbox.dlq;

import org.jspecify.annotations.NullMarked;
