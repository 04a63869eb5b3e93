package io.tweetlake.gold;

import io.tweetlake.model.Mentions;
import io.tweetlake.model.Smiles;
import java.nio.ByteBuffer;
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

    static Cell of(Mention mention) {
        return new Cell(
                mention.tier(),
                mention.lang(),
                1,
                mention.repost() ? 0 : 1,
                mention.reply() ? 1 : 0,
                mention.quote() ? 1 : 0,
                mention.smiles(),
                mention.smiles(),
                mention.at(),
                Authors.NONE.plus(mention.author()));
    }

    boolean isOf(Mention mention) {
        return mention.tier().equals(tier) && mention.lang().equals(lang);
    }

    Cell plus(Mention mention) {
        return new Cell(
                tier,
                lang,
                mentions + 1,
                originals + (mention.repost() ? 0 : 1),
                replies + (mention.reply() ? 1 : 0),
                quotes + (mention.quote() ? 1 : 0),
                Math.max(maxSmiles, mention.smiles()),
                sumSmiles + mention.smiles(),
                Math.max(newest, mention.at()),
                authors.plus(mention.author()));
    }

    /** Of both; where tier or language differ they are null. */
    Cell plus(Cell other) {
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
                authors.plus(other.authors));
    }

    Mentions toMentions() {
        return new Mentions(tier, lang, mentions, originals, authors.count(), authors.error());
    }

    Smiles toSmiles() {
        return new Smiles(tier, lang, mentions, maxSmiles, sumSmiles);
    }

    int size() {
        return Wire.size(bytes(tier)) + Wire.size(bytes(lang)) + 7 * 8 + 4 + authors.size();
    }

    void write(ByteBuffer out) {
        Wire.write(out, bytes(tier));
        Wire.write(out, bytes(lang));
        out.putLong(mentions)
                .putLong(originals)
                .putLong(replies)
                .putLong(quotes)
                .putLong(maxSmiles)
                .putLong(sumSmiles)
                .putLong(newest)
                .putInt(authors.size());
        authors.write(out);
    }

    static Cell read(ByteBuffer in) {
        return new Cell(
                Wire.read(in),
                Wire.read(in),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                Authors.read(in, in.getInt()));
    }

    private static byte[] bytes(@Nullable String text) {
        return Wire.bytes(Objects.requireNonNull(text, "only cells of one tier and language are stored"));
    }
}
