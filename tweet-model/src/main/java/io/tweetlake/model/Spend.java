package io.tweetlake.model;

import java.time.LocalDate;

/**
 * Posts of a source that its platform charges for, of one UTC day, the value of {@code spend.ingest-service}.
 *
 * @param day in which they were delivered
 */
public record Spend(String source, LocalDate day, long posts) {
    /** Its record's key. */
    public String key() {
        return source + "/" + day;
    }
}
