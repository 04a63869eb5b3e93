package io.tweetlake.ingest;

import io.tweetlake.model.Notice;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What a delivery has become.
 *
 * @param records where its messages go
 * @param postIds of those that are posts
 * @param notices those that are notices
 * @param filtered messages that were not asked for
 */
record Routed(List<ProducerRecord<String, byte[]>> records, List<String> postIds, List<Notice> notices, int filtered) {}
