package io.tweetlake.sandbox;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last line of {@code up --until-drained}.
 *
 * @param inputs of an archive: what became of its files and members
 * @param read messages
 * @param published by topic
 * @param filtered what was left out by ingest, by reason; with what was published it adds up to {@code read}
 * @param lake rows by topic
 * @param seconds from when ingest began to read until all was in the lake
 * @param imbalances what does not add up, empty if balanced
 */
record Account(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Inputs inputs,
        long read,
        Map<String, Long> published,
        Map<String, Long> filtered,
        Silver silver,
        Map<String, Long> lake,
        double seconds,
        boolean balanced,
        @JsonIgnore List<String> imbalances) {

    /**
     * What became of files and members of archives.
     *
     * @param read to their ends
     * @param damaged as far as they go
     * @param refused not at all: they hold no posts in a form that is read
     */
    record Inputs(long read, long damaged, long refused) {
        boolean areWhole() {
            return damaged + refused == 0;
        }
    }

    /** What became of the tweets on their way to {@code silver.tweets}. */
    record Silver(long written, long duplicate, Map<String, Long> filtered, long dead) {}

    String json() throws JsonProcessingException {
        return new JsonMapper().writeValueAsString(this);
    }
}
