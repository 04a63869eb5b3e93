/** A stand-in for the X API, and the synthetic tweets that it streams. Test aids, never part of a service. */
@NullMarked
package io.tweetlake.sandbox.x;

import org.jspecify.annotations.NullMarked;
