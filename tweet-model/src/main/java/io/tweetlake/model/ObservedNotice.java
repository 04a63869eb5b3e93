package io.tweetlake.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;

/**
 * The canonical notice, the value of {@code silver.notices}: deletes, geo scrubs, withheld posts, edits and account
 * events of every platform in one shape, for whoever must act on them.
 *
 * @param observedAt when ingest received it
 */
public record ObservedNotice(
        @JsonUnwrapped Notice notice,
        Instant observedAt,
        @JsonUnwrapped(prefix = "bronze_") BronzeCoordinates bronze) {}
