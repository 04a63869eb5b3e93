package io.tweetlake.ingest;

import io.tweetlake.model.Notice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What a delivery has become.
 *
 * @param records where its messages go
 * @param postIds of those that are posts
 * @param notices those that are notices
 * @param filtered how many were left out, by reason
 */
record Routed(
        List<ProducerRecord<String, byte[]>> records,
        List<String> postIds,
        List<Notice> notices,
        Map<String, Integer> filtered) {

    /** To be filled. */
    static Routed nothing() {
        return new Routed(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
    }

    void leaveOut(String reason, int count) {
        if (count > 0) {
            filtered.merge(reason, count, Integer::sum);
        }
    }
}
