/** Real Kafka, HDFS and Postgres within this process, with their state in a work folder. */
@NullMarked
package io.tweetlake.sandbox.infra;

import org.jspecify.annotations.NullMarked;
