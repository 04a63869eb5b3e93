package io.tweetlake.sandbox;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;

/**
 * The last line of {@code up --until-drained}.
 *
 * @param read messages, without blank lines
 * @param published by topic; all of them add up to {@code read}
 * @param lake rows by topic
 * @param seconds from when ingest began to read until all was in the lake
 * @param imbalances what does not add up, empty if balanced
 */
record Account(
        long read,
        Map<String, Long> published,
        Silver silver,
        Map<String, Long> lake,
        double seconds,
        boolean balanced,
        @JsonIgnore List<String> imbalances) {

    /** What became of the tweets on their way to {@code silver.tweets}. */
    record Silver(long written, long duplicate, Map<String, Long> filtered, long dead) {}

    String json() throws JsonProcessingException {
        return new JsonMapper().writeValueAsString(this);
    }
}
