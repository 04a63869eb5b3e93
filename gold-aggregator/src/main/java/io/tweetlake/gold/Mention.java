package io.tweetlake.gold;

import java.nio.ByteBuffer;
import org.apache.datasketches.hash.MurmurHash3;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * One post that mentions something: what is counted of it. The record's key is what it mentions, its timestamp the
 * post's event time.
 *
 * @param at the post's event time in milliseconds, which is also the record's timestamp; a store that is restored knows
 *     its records' own no more
 * @param author a 64-bit hash of the author's id, 0 if the platform does not name one
 * @param smiles happy smiles in the post
 * @param form how it is written, where that can differ from the key
 */
record Mention(
        String tier,
        String lang,
        boolean repost,
        boolean reply,
        boolean quote,
        long at,
        long author,
        int smiles,
        @Nullable String form) {
    private static final int REPOST = 1;
    private static final int REPLY = 2;
    private static final int QUOTE = 4;
    private static final int FORM = 8;
    private static final long HASH_SEED = 9001;

    static final Serde<Mention> SERDE =
            Serdes.serdeFrom((topic, mention) -> mention.bytes(), (topic, bytes) -> of(bytes));

    /** The hash that stands for an author. */
    static long authorHash(@Nullable String authorId) {
        return authorId == null || authorId.isEmpty() ? 0 : MurmurHash3.hash(Wire.bytes(authorId), HASH_SEED)[0];
    }

    private byte[] bytes() {
        byte[] tierBytes = Wire.bytes(tier);
        byte[] langBytes = Wire.bytes(lang);
        byte[] formBytes = Wire.bytes(form == null ? "" : form);
        int flags = (repost ? REPOST : 0) | (reply ? REPLY : 0) | (quote ? QUOTE : 0) | (form == null ? 0 : FORM);
        int size = 1 + 8 + 8 + 4 + Wire.size(tierBytes) + Wire.size(langBytes) + Wire.size(formBytes);
        ByteBuffer out = ByteBuffer.allocate(size)
                .put((byte) flags)
                .putLong(at)
                .putLong(author)
                .putInt(smiles);
        Wire.write(out, tierBytes);
        Wire.write(out, langBytes);
        Wire.write(out, formBytes);
        return out.array();
    }

    private static Mention of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int flags = in.get();
        long at = in.getLong();
        long author = in.getLong();
        int smiles = in.getInt();
        String tier = Wire.read(in);
        String lang = Wire.read(in);
        String form = Wire.read(in);
        return new Mention(
                tier,
                lang,
                (flags & REPOST) != 0,
                (flags & REPLY) != 0,
                (flags & QUOTE) != 0,
                at,
                author,
                smiles,
                (flags & FORM) == 0 ? null : form);
    }
}
