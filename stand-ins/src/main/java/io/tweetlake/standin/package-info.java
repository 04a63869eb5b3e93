/** Servers that speak as X, Bluesky's Jetstream and Mastodon do, with scripted faults. Never part of a service. */
@NullMarked
package io.tweetlake.standin;

import org.jspecify.annotations.NullMarked;
