package io.tweetlake.gold;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * That something is mentioned: what it adds to the counts. The record's key is what is mentioned, its timestamp the
 * event time.
 *
 * @param cell of one tier and language; of one post, or of several that fall into the same windows
 * @param form how it is written, where that can differ from the key
 * @param sizes a bit for each size of windows that it counts in, the first one lowest
 */
record Mention(Cell cell, @Nullable String form, long sizes) {
    static final long ALL = -1;

    static final Serde<Mention> SERDE =
            Serdes.serdeFrom((topic, mention) -> mention.bytes(), (topic, bytes) -> of(bytes));

    private byte[] bytes() {
        Wire out = new Wire();
        cell.write(out);
        out.put(sizes).put(form == null ? 0 : 1);
        if (form != null) {
            out.put(form);
        }
        return out.toBytes();
    }

    private static Mention of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Cell cell = Cell.read(in);
        long sizes = in.getLong();
        return new Mention(cell, in.getInt() == 0 ? null : Wire.readText(in), sizes);
    }

    boolean countsIn(int size) {
        return (sizes & 1L << size) != 0;
    }
}
