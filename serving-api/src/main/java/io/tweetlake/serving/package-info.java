/** The process that people and programs look at: REST, live updates, the dashboard, the entity endpoint. */
@NullMarked
package io.tweetlake.serving;

import org.jspecify.annotations.NullMarked;
