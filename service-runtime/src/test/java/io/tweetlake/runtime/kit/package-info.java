/** What the tests of the services share. */
@NullMarked
package io.tweetlake.runtime.kit;

import org.jspecify.annotations.NullMarked;
