package io.tweetlake.gold;

import io.tweetlake.model.Mentions;
import io.tweetlake.model.Smiles;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of the posts of a window that mention one thing, of one tier and language or, where these are null,
 * of several.
 */
record Cell(
        @Nullable String tier,
        @Nullable String lang,
        long mentions,
        long originals,
        long replies,
        long quotes,
        long maxSmiles,
        long sumSmiles,
        long newest,
        Authors authors) {

    /**
     * Of one post.
     *
     * @param at its event time in milliseconds; a store that is restored knows its records' timestamps no more
     */
    static Cell of(
            String tier,
            String lang,
            boolean repost,
            boolean reply,
            boolean quote,
            int smiles,
            long at,
            Authors author) {
        return new Cell(tier, lang, 1, repost ? 0 : 1, reply ? 1 : 0, quote ? 1 : 0, smiles, smiles, at, author);
    }

    /** What so many things add that one post mentions. */
    Cell times(long things) {
        return new Cell(
                tier,
                lang,
                things * mentions,
                things * originals,
                things * replies,
                things * quotes,
                maxSmiles,
                things * sumSmiles,
                newest,
                authors);
    }

    /** The same under another language. */
    Cell in(String other) {
        return new Cell(tier, other, mentions, originals, replies, quotes, maxSmiles, sumSmiles, newest, authors);
    }

    boolean isAlike(Cell other) {
        return Objects.equals(tier, other.tier) && Objects.equals(lang, other.lang);
    }

    /** Of both; where tier or language differ they are null. */
    Cell plus(Cell other) {
        return plus(other, authors.plus(other.authors));
    }

    /** Of all of some, at least one. */
    static Cell sum(List<Cell> some) {
        Cell sum = some.get(0);
        if (some.size() > 1) {
            Authors all = Authors.union(some.stream().map(Cell::authors).toList());
            for (Cell cell : some.subList(1, some.size())) {
                sum = sum.plus(cell, all);
            }
        }
        return sum;
    }

    private Cell plus(Cell other, Authors both) {
        return new Cell(
                Objects.equals(tier, other.tier) ? tier : null,
                Objects.equals(lang, other.lang) ? lang : null,
                mentions + other.mentions,
                originals + other.originals,
                replies + other.replies,
                quotes + other.quotes,
                Math.max(maxSmiles, other.maxSmiles),
                sumSmiles + other.sumSmiles,
                Math.max(newest, other.newest),
                both);
    }

    Mentions toMentions() {
        return new Mentions(tier, lang, mentions, originals, authors.count(), authors.error());
    }

    Smiles toSmiles() {
        return new Smiles(tier, lang, mentions, maxSmiles, sumSmiles);
    }

    void write(Wire out) {
        out.put(Objects.requireNonNull(tier, "only cells of one tier and language are written"))
                .put(Objects.requireNonNull(lang))
                .put(mentions)
                .put(originals)
                .put(replies)
                .put(quotes)
                .put(maxSmiles)
                .put(sumSmiles)
                .put(newest);
        authors.write(out);
    }

    static Cell read(ByteBuffer in) {
        return new Cell(
                Wire.readText(in),
                Wire.readText(in),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                Authors.read(in));
    }
}
