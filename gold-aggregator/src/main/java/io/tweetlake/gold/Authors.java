package io.tweetlake.gold;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;

/**
 * Distinct authors in at most a kilobyte: the hashes themselves up to {@value #EXACT}, an HLL sketch beyond that
 * (Flajolet et al. 2007, as in Apache DataSketches). What it says depends on which authors were added, not on their
 * order. Immutable.
 *
 * @see <a href="https://datasketches.apache.org/docs/HLL/HllSketches.html">DataSketches HLL</a>
 */
final class Authors {
    /** Up to so many the count is exact, but for authors whose 64-bit hashes are the same. */
    static final int EXACT = 128;

    static final Authors NONE = new Authors(new byte[] {Authors.HASHES});

    private static final int LOG_REGISTERS = 11;
    private static final byte HASHES = 0;
    private static final byte SKETCH = 1;

    /** A first byte that tells the two forms apart, then sorted hashes of eight bytes each or a compact sketch. */
    private final byte[] bytes;

    private Authors(byte[] bytes) {
        this.bytes = bytes;
    }

    static Authors read(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new Authors(bytes);
    }

    int size() {
        return bytes.length;
    }

    void write(ByteBuffer out) {
        out.put(bytes);
    }

    /** With one more author; 0 is nobody. */
    Authors plus(long hash) {
        if (hash == 0) {
            return this;
        }
        if (bytes[0] == SKETCH) {
            HllSketch sketch = sketch();
            sketch.update(hash);
            return of(sketch);
        }
        long[] hashes = hashes();
        int place = Arrays.binarySearch(hashes, hash);
        if (place >= 0) {
            return this;
        }
        if (hashes.length == EXACT) {
            HllSketch sketch = sketch();
            sketch.update(hash);
            return of(sketch);
        }
        int insertAt = -place - 1;
        byte[] larger = new byte[bytes.length + 8];
        System.arraycopy(bytes, 0, larger, 0, 1 + 8 * insertAt);
        ByteBuffer.wrap(larger).putLong(1 + 8 * insertAt, hash);
        System.arraycopy(bytes, 1 + 8 * insertAt, larger, 1 + 8 * (insertAt + 1), 8 * (hashes.length - insertAt));
        return new Authors(larger);
    }

    /** Those of both. */
    Authors plus(Authors other) {
        if (bytes[0] == HASHES && other.bytes[0] == HASHES) {
            Authors sum = this;
            for (long hash : other.hashes()) {
                sum = sum.plus(hash);
            }
            return sum;
        }
        Union union = new Union(LOG_REGISTERS);
        union.update(sketch());
        union.update(other.sketch());
        return of(union.getResult(TgtHllType.HLL_4));
    }

    long count() {
        // The estimate that does not depend on the order of updates.
        return bytes[0] == HASHES ? (bytes.length - 1) / 8 : Math.round(sketch().getCompositeEstimate());
    }

    /** The relative standard error of {@link #count}, 0 if it is exact. */
    double error() {
        return bytes[0] == HASHES ? 0 : HllSketch.getRelErr(true, true, LOG_REGISTERS, 1);
    }

    private static Authors of(HllSketch sketch) {
        byte[] compact = sketch.toCompactByteArray();
        byte[] bytes = new byte[1 + compact.length];
        bytes[0] = SKETCH;
        System.arraycopy(compact, 0, bytes, 1, compact.length);
        return new Authors(bytes);
    }

    private long[] hashes() {
        long[] hashes = new long[(bytes.length - 1) / 8];
        ByteBuffer.wrap(bytes, 1, bytes.length - 1).asLongBuffer().get(hashes);
        return hashes;
    }

    private HllSketch sketch() {
        if (bytes[0] == SKETCH) {
            return HllSketch.heapify(Arrays.copyOfRange(bytes, 1, bytes.length));
        }
        HllSketch sketch = new HllSketch(LOG_REGISTERS, TgtHllType.HLL_4);
        for (long hash : hashes()) {
            sketch.update(hash);
        }
        return sketch;
    }
}
