package io.tweetlake.gold;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.LongStream;
import org.apache.datasketches.hash.MurmurHash3;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.apache.datasketches.memory.Memory;
import org.apache.datasketches.memory.WritableMemory;
import org.jspecify.annotations.Nullable;

/**
 * Distinct authors in at most two kilobytes: the hashes themselves up to {@value #EXACT}, an HLL sketch beyond that
 * (Flajolet et al. 2007, as in Apache DataSketches). What it says depends on which authors were added, not on their
 * order. Immutable.
 *
 * @see <a href="https://datasketches.apache.org/docs/HLL/HllSketches.html">DataSketches HLL</a>
 */
final class Authors {
    /** Up to so many the count is exact, but for authors whose 64-bit hashes are the same. */
    static final int EXACT = 128;

    static final Authors NONE = new Authors(false, new byte[0]);

    private static final long HASH_SEED = 9001;
    private static final int LOG_REGISTERS = 11;

    /** A byte a register: the form that takes another author in place, without being unpacked and packed again. */
    private static final TgtHllType FORM = TgtHllType.HLL_8;

    private static final int SKETCH_BYTES = HllSketch.getMaxUpdatableSerializationBytes(LOG_REGISTERS, FORM);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final boolean estimated;

    /** Sorted hashes of eight bytes each, or the sketch as it can be updated. */
    private final byte[] bytes;

    private Authors(boolean estimated, byte[] bytes) {
        this.estimated = estimated;
        this.bytes = bytes;
    }

    /** One, or none if the platform does not name it. */
    static Authors of(@Nullable String authorId) {
        return authorId == null || authorId.isEmpty()
                ? NONE
                : exactly(MurmurHash3.hash(Wire.bytes(authorId), HASH_SEED)[0]);
    }

    static Authors read(ByteBuffer in) {
        return new Authors(in.getInt() == 1, Wire.readBytes(in));
    }

    void write(Wire out) {
        out.put(estimated ? 1 : 0).put(bytes);
    }

    /** Those of both. */
    Authors plus(Authors other) {
        if (other.bytes.length == Long.BYTES && !other.estimated) {
            return plus(other.hash(0));
        }
        return bytes.length == 0 ? other : other.bytes.length == 0 ? this : union(Arrays.asList(this, other));
    }

    /** Those of all. */
    static Authors union(Collection<Authors> some) {
        long[] hashes = some.stream()
                .filter(authors -> !authors.estimated)
                .flatMapToLong(Authors::hashes)
                .sorted()
                .distinct()
                .toArray();
        if (hashes.length <= EXACT && some.stream().noneMatch(authors -> authors.estimated)) {
            return exactly(hashes);
        }
        Union union = new Union(LOG_REGISTERS);
        some.stream().filter(authors -> authors.estimated).forEach(authors -> union.update(authors.sketch()));
        LongStream.of(hashes).forEach(union::update);
        byte[] sketch = union.getResult(FORM).toUpdatableByteArray();
        return new Authors(true, Arrays.copyOf(sketch, SKETCH_BYTES));
    }

    long count() {
        // The estimate that does not depend on the order of updates.
        return estimated ? Math.round(sketch().getCompositeEstimate()) : bytes.length / Long.BYTES;
    }

    /** The relative standard error of {@link #count}, 0 if it is exact. */
    double error() {
        return estimated ? HllSketch.getRelErr(true, true, LOG_REGISTERS, 1) : 0;
    }

    private Authors plus(long hash) {
        if (estimated) {
            byte[] more = bytes.clone();
            HllSketch.writableWrap(WritableMemory.writableWrap(more)).update(hash);
            return new Authors(true, more);
        }
        int place = place(hash);
        if (place >= 0) {
            return this;
        }
        if (bytes.length == EXACT * Long.BYTES) {
            return union(Arrays.asList(this, exactly(hash)));
        }
        byte[] more = new byte[bytes.length + Long.BYTES];
        int at = (-place - 1) * Long.BYTES;
        System.arraycopy(bytes, 0, more, 0, at);
        LONGS.set(more, at, hash);
        System.arraycopy(bytes, at, more, at + Long.BYTES, bytes.length - at);
        return new Authors(false, more);
    }

    private static Authors exactly(long... hashes) {
        ByteBuffer out = ByteBuffer.allocate(hashes.length * Long.BYTES);
        LongStream.of(hashes).forEach(out::putLong);
        return new Authors(false, out.array());
    }

    /** As {@link Arrays#binarySearch} tells it. */
    private int place(long hash) {
        int from = 0;
        int until = bytes.length / Long.BYTES;
        while (from < until) {
            int middle = (from + until) >>> 1;
            if (hash(middle) == hash) {
                return middle;
            }
            if (hash(middle) < hash) {
                from = middle + 1;
            } else {
                until = middle;
            }
        }
        return -from - 1;
    }

    private long hash(int place) {
        return (long) LONGS.get(bytes, place * Long.BYTES);
    }

    private LongStream hashes() {
        return LongStream.range(0, bytes.length / Long.BYTES).map(place -> hash((int) place));
    }

    private HllSketch sketch() {
        return HllSketch.wrap(Memory.wrap(bytes));
    }
}
