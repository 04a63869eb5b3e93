package io.tweetlake.nlp.ner;

/**
 * The weights of a first-order linear-chain CRF, by the hash of their feature's name. Immutable and thread-safe.
 *
 * <p>Names that no feature has are told apart by 64 bits: of 346,710 features and a name that is none, one lookup in 5
 * · 10^13 takes it for one.
 */
final class CrfWeights {
    private static final int NONE = -1;

    private final long[] names;
    private final int[] rows;
    private final float[] weights;

    /** Room for a number of features, and for all their weights. */
    CrfWeights(int features, int size) {
        int capacity = Integer.highestOneBit(Math.max(2, features)) << 2;
        names = new long[capacity];
        rows = new int[capacity];
        weights = new float[size];
    }

    /** Puts a feature's weights at a row. Only while the model is read. */
    void put(Symbol name, int row, float[] values) {
        int slot = slot(name.hash());
        while (rows[slot] != 0) {
            if (names[slot] == name.hash()) {
                throw new IllegalStateException("two features of the model have one hash");
            }
            slot = (slot + 1) & (names.length - 1);
        }
        names[slot] = name.hash();
        rows[slot] = row + 1;
        System.arraycopy(values, 0, weights, row, values.length);
    }

    /** Where the weights of a feature begin, or {@link #NONE}. */
    private int row(long name) {
        int slot = slot(name);
        while (rows[slot] != 0) {
            if (names[slot] == name) {
                return rows[slot] - 1;
            }
            slot = (slot + 1) & (names.length - 1);
        }
        return NONE;
    }

    /** Adds a feature's weights to scores, one for each of them; false if the model does not have the feature. */
    boolean addTo(double[] scores, long name) {
        int row = row(name);
        if (row == NONE) {
            return false;
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] += weights[row + i];
        }
        return true;
    }

    private int slot(long name) {
        // The low bits of a polynomial hash depend on the low bits of the characters alone.
        long mixed = (name ^ (name >>> 32)) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 40) & (names.length - 1);
    }
}
