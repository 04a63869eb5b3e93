/** Running a Kafka Streams topology, and keeping its books. */
@NullMarked
package io.tweetlake.runtime.streams;

import org.jspecify.annotations.NullMarked;
