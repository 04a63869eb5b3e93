package io.tweetlake.serving;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the routes answer, as JSON in snake case; {@code openapi.json} describes them. */
final class Answers {
    private Answers() {}

    /**
     * A window.
     *
     * @param size such as {@code 5m}
     * @param state {@code open} while event time is in it, {@code closing} while late posts may change it,
     *     {@code final}
     * @param elapsed what part of it event time has passed, 0 to 1
     * @param asOf how far event time has come
     */
    record Window(String size, Instant start, Instant end, String state, double elapsed, Instant asOf) {}

    /**
     * What was mentioned.
     *
     * @param rank from 1
     * @param previousRank in the window before by the same order; null if it was not in it, or not among its first
     *     thousand by mentions
     * @param type of an entity
     * @param share of the posts in this view
     * @param rising see {@link RisingScore}; null without an earlier window
     * @param history mentions in the windows up to this one in which there was any post, oldest first
     */
    record Trend(
            int rank,
            @Nullable Integer previousRank,
            String name,
            @Nullable String type,
            long mentions,
            long originals,
            long authors,
            double authorsError,
            double share,
            @Nullable Double rising,
            List<Long> history) {}

    /**
     * @param historyWindow size of the windows of the items' {@code history}
     * @param ranked whether the ranks in the window before are known: not if there is none, and by score not if that
     *     one has nothing to be compared with, nor always if one of them has more than ten thousand rows
     * @param nextOffset of the next page; null on the last
     */
    record Trending(
            Window window,
            String historyWindow,
            String tier,
            String lang,
            long posts,
            boolean ranked,
            List<Trend> items,
            @Nullable Integer nextOffset) {}

    record Happy(int rank, String hashtag, long smiles, long maxSmiles, long sumSmiles, long posts) {}

    record Happiest(
            Window window,
            String mode,
            String tier,
            String lang,
            List<Happy> items,
            @Nullable Integer nextOffset) {}

    /** @param posts null where no window has any: a gap, not a zero */
    record VolumePoint(
            Instant start,
            @Nullable Long posts,
            @Nullable Long reposts,
            @Nullable Long replies,
            @Nullable Long quotes) {}

    /** When a source was not connected, or left posts out. */
    record Gap(
            String source,
            String state,
            Instant start,
            Instant end,
            long undelivered,
            @Nullable String cause) {}

    record VolumeOverTime(Window window, String tier, String lang, List<VolumePoint> points, List<Gap> gaps) {}

    record Share(String name, long posts, double share) {}

    record Languages(Window window, String tier, long posts, List<Share> items) {}

    record Place(String country, String cell, long posts) {}

    record Places(Window window, List<Place> items) {}

    record HashtagPoint(Instant start, long mentions, long originals, long authors, double authorsError) {}

    record HashtagOverTime(String hashtag, String window, String tier, String lang, List<HashtagPoint> points) {}

    /** @param sizes of the windows that there are, of hashtags and of smiles */
    record Windows(
            List<String> sizes,
            List<String> happySizes,
            @Nullable Instant asOf) {}
}
