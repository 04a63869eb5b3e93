package io.tweetlake.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A post in one of the platforms' wire formats. */
abstract sealed class WirePost permits WirePostV1, WirePostV2, WirePostBluesky, WirePostMastodon {
    static final String X = "x";
    static final String BLUESKY = "bluesky";
    static final String MASTODON = "mastodon";

    /** Before this id, ids hold no time; the platform changed over on 2010-11-04. */
    private static final long FIRST_SNOWFLAKE = 29_700_859_247L;

    private static final long SNOWFLAKE_EPOCH_MILLIS = 1_288_834_974_657L;

    abstract List<String> matchedRules();

    abstract String source();

    abstract String variant();

    abstract @Nullable String text();

    /** The id of a post's first version, as far as its delivery says. */
    String rootId(String id) {
        return id;
    }

    abstract Post post(String id) throws MalformedMessageException;

    final String requireText() throws MalformedMessageException {
        String text = text();
        if (text == null) {
            throw new MalformedMessageException("the post has no text");
        }
        return text;
    }

    /** The delivered time, else the time that the id holds. */
    static Instant createdAt(@Nullable Instant delivered, String id) throws MalformedMessageException {
        if (delivered != null) {
            return delivered;
        }
        try {
            long snowflake = Long.parseLong(id);
            if (snowflake >= FIRST_SNOWFLAKE) {
                return Instant.ofEpochMilli((snowflake >> 22) + SNOWFLAKE_EPOCH_MILLIS);
            }
        } catch (NumberFormatException notASnowflake) {
            throw new MalformedMessageException("the post has no creation time, and its id holds none", notASnowflake);
        }
        throw new MalformedMessageException("the post has no creation time, and its id holds none");
    }

    static List<String> rules(JsonNode envelope) {
        List<String> rules = new ArrayList<>();
        for (JsonNode rule : envelope.path("matching_rules")) {
            String name = Node.firstNonNull(Node.text(rule, "tag"), Node.id(rule, "id"));
            if (name != null) {
                rules.add(name);
            }
        }
        return rules;
    }

    /** The platform still sends two codes that ISO 639 withdrew in 1989. */
    static @Nullable String lang(@Nullable String delivered) {
        if (delivered == null) {
            return null;
        }
        return switch (delivered) {
            case "in" -> "id";
            case "iw" -> "he";
            default -> delivered;
        };
    }

    /** The first of its edits' ids; a post names itself among them. */
    static String root(List<String> editIds, String id) {
        return editIds.contains(id) && editIds.get(0).length() <= id.length() ? editIds.get(0) : id;
    }

    /** Its place in the chain of its edits; the platform lists the versions that there were when it was sent. */
    static int version(List<String> editIds, String id) {
        int index = editIds.indexOf(id);
        return index < 0 ? 1 : index + 1;
    }

    /**
     * The version of a post of which the platform says when it was edited, not how often: later edits have higher ones.
     */
    static int version(@Nullable Instant editedAt) {
        return editedAt == null ? 1 : (int) Math.max(2, Math.min(Integer.MAX_VALUE, editedAt.getEpochSecond()));
    }

    static @Nullable Instant isoTime(@Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException notATime) {
            return null;
        }
    }

    /** @param lonLat a GeoJSON position, longitude first */
    static Location location(
            JsonNode lonLat, @Nullable String placeId, @Nullable String place, @Nullable String country) {
        double lon = lonLat.path(0).asDouble(Double.NaN);
        double lat = lonLat.path(1).asDouble(Double.NaN);
        boolean onEarth = Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
        return new Location(onEarth ? lat : null, onEarth ? lon : null, placeId, place, country);
    }
}
