package io.tweetlake.model;

import java.time.Instant;
import java.util.List;

/**
 * What a minute of a bronze topic's partition was like, the value of {@code silver.quality}: a silent change of the
 * upstream format shows here. Several records of one minute add up; what was counted in a minute that a kill cut short
 * is not in it.
 *
 * @param windowStart the minute in which the records were processed
 * @param topic the bronze topic
 * @param received records, of which each was written, duplicate, dead or filtered
 * @param late posts that were created longer before their arrival than {@code enrich.late-after}
 * @param future posts that were created after their arrival
 * @param missing how many posts came without a field, by field
 * @param languages how many posts were in a language
 * @param variants how many posts came in a wire format
 */
public record Quality(
        Instant windowStart,
        Instant windowEnd,
        String topic,
        int topicPartition,
        long received,
        long written,
        long duplicate,
        long dead,
        long filtered,
        long late,
        long future,
        List<NamedCount> missing,
        List<NamedCount> languages,
        List<NamedCount> variants) {

    public Quality {
        missing = List.copyOf(missing);
        languages = List.copyOf(languages);
        variants = List.copyOf(variants);
    }
}
