package io.tweetlake.nlp.ner;

import edu.stanford.nlp.ie.NERFeatureFactory;
import edu.stanford.nlp.ie.crf.CRFLabel;
import edu.stanford.nlp.ling.CoreLabel;
import edu.stanford.nlp.sequences.SeqClassifierFlags;
import edu.stanford.nlp.util.Index;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.util.Collection;
import java.util.List;

/**
 * CoreNLP's English 3-class model, scored without building the names of its features: what depends on one word is
 * computed once for each distinct word, what joins words is looked up by the hash of its name. Gives the labels that
 * {@code CRFClassifier} gives. Thread-safe.
 *
 * <p>Features: {@code NERFeatureFactory} of CoreNLP under the flags of this model. Decoding: Viterbi over the sums of
 * weights, which has the same best sequence as CoreNLP's search over conditional probabilities.
 */
final class LinearChainCrf {
    private static final Symbol PREVIOUS_WORD_SHAPE = Vocabulary.node("-PW_CTYPE");
    private static final Symbol SHAPE_NEXT_WORD = Vocabulary.node("-NW_CTYPE");
    private static final Symbol PREVIOUS_SHAPE_SHAPE = Vocabulary.node("-PCTYPE");
    private static final Symbol SHAPE_NEXT_SHAPE = Vocabulary.node("-CNTYPE");
    private static final Symbol THREE_SHAPES = Vocabulary.node("-PCNTYPE");
    private static final Symbol PREVIOUS_REAL_WORD = Vocabulary.node("-PPW_CTYPE");
    private static final Symbol NEXT_REAL_WORD = Vocabulary.node("-NNW_CTYPE");
    private static final Symbol NO_OCCURRENCE = Vocabulary.node("NO-OCCURRENCE-PATTERN");
    private static final Symbol OCCURS_LATER = Vocabulary.node("X-NEXT-OCCURRENCE-X");
    private static final Symbol OCCURRED_BEFORE = Vocabulary.node("X-PREV-OCCURRENCE-X");
    private static final Symbol EDGE_CLUSTERS = Vocabulary.edge("-PSEQpcDS");
    private static final Symbol EDGE_SHAPES = Vocabulary.edge("-TYPES");
    private static final Symbol EDGE_WORDS = Vocabulary.edge("-PSEQW2");
    private static final Symbol ELLIPSIS = Symbol.of("...");
    private static final Symbol DASH = Symbol.of("-");

    /** How far a word is "soon" before or after. */
    private static final int REACH = 5;

    /** Where a name is looked for again: from so many words away, to fewer than so many. */
    private static final int OCCURRENCE_FROM = 3;

    private static final int OCCURRENCE_TO = 150;

    private static final int SHORT_WORD = 3;

    private final CrfWeights weights;
    private final String[] labels;
    private final Vocabulary vocabulary;

    private LinearChainCrf(CrfWeights weights, String[] labels, Vocabulary vocabulary) {
        this.weights = weights;
        this.labels = labels;
        this.vocabulary = vocabulary;
    }

    /**
     * Reads a model as {@code CRFClassifier} serialises it.
     *
     * @throws IllegalStateException when it is not a model of the kind that this class scores
     */
    @SuppressWarnings("unchecked") // Serialised generics.
    static LinearChainCrf read(InputStream in) throws IOException, ClassNotFoundException {
        ObjectInputStream model = new ObjectInputStream(in);
        List<Index<CRFLabel>> labelIndices = (List<Index<CRFLabel>>) model.readObject();
        Index<String> classes = (Index<String>) model.readObject();
        Index<String> features = (Index<String>) model.readObject();
        SeqClassifierFlags flags = (SeqClassifierFlags) model.readObject();
        require(model.readObject().equals(1), "one feature factory");
        NERFeatureFactory<CoreLabel> factory = (NERFeatureFactory<CoreLabel>) model.readObject();
        require(model.readInt() == 2, "cliques of two labels");
        float[][] weights = floats(model.readObject());
        Collection<String> knownLowerCase = (Collection<String>) model.readObject();
        require(classes.indexOf(flags.backgroundSymbol) == 0, "the background label first");

        String[] labels = classes.objectsList().toArray(String[]::new);
        CrfWeights table = table(features, weights, labels.length, labelIndices);
        return new LinearChainCrf(table, labels, new Vocabulary(table, labels.length, flags, knownLowerCase, factory));
    }

    Word word(String token) {
        return vocabulary.word(token);
    }

    /** The label of each word of one sentence. */
    String[] label(Word[] sentence) {
        int length = sentence.length;
        int[] path = decode(sentence);
        String[] answer = new String[length];
        for (int i = 0; i < length; i++) {
            answer[i] = labels[path[i]];
        }
        return answer;
    }

    private int[] decode(Word[] sentence) {
        int length = sentence.length;
        int width = labels.length;
        int[][] from = new int[length][width];
        double[] best = new double[width];
        double[] before = new double[width];
        double[] node = new double[width];
        double[] edge = new double[width * width];
        for (int i = 0; i < length; i++) {
            scoreNode(sentence, i, node);
            scoreEdge(at(sentence, i - 1), sentence[i], at(sentence, i + 1), edge);
            // Before the first word stands the background label, and no other.
            int sources = i == 0 ? 1 : width;
            for (int label = 0; label < width; label++) {
                double top = Double.NEGATIVE_INFINITY;
                for (int source = 0; source < sources; source++) {
                    double score = before[source] + edge[source * width + label];
                    if (score > top) {
                        top = score;
                        from[i][label] = source;
                    }
                }
                best[label] = top + node[label];
            }
            double[] swap = before;
            before = best;
            best = swap;
        }
        int[] path = new int[length];
        int label = 0;
        for (int candidate = 1; candidate < width; candidate++) {
            label = before[candidate] > before[label] ? candidate : label;
        }
        for (int i = length - 1; i >= 0; i--) {
            path[i] = label;
            label = from[i][label];
        }
        return path;
    }

    private void scoreNode(Word[] sentence, int i, double[] scores) {
        Word word = sentence[i];
        Word previous = at(sentence, i - 1);
        Word next = at(sentence, i + 1);
        for (int label = 0; label < scores.length; label++) {
            scores[label] = word.self()[label] + previous.previous()[label] + next.next()[label];
        }
        long previousWordShape =
                word.shape().after(ELLIPSIS.after(previous.name().hash()));
        weights.addTo(scores, PREVIOUS_WORD_SHAPE.after(previousWordShape));
        long shapeEllipsis = ELLIPSIS.after(word.shape().hash());
        weights.addTo(scores, SHAPE_NEXT_WORD.after(next.name().after(shapeEllipsis)));
        long shapes = word.shape().after(ELLIPSIS.after(previous.shape().hash()));
        weights.addTo(scores, PREVIOUS_SHAPE_SHAPE.after(shapes));
        weights.addTo(scores, SHAPE_NEXT_SHAPE.after(next.shape().after(shapeEllipsis)));
        weights.addTo(scores, THREE_SHAPES.after(next.shape().after(ELLIPSIS.after(shapes))));
        if (previous.text().length() <= SHORT_WORD) {
            Word secondLast = at(sentence, i - 2);
            long name = word.shape().after(ELLIPSIS.after(secondLast.name().hash()));
            weights.addTo(scores, PREVIOUS_REAL_WORD.after(name));
        }
        if (next.text().length() <= SHORT_WORD) {
            Word secondNext = at(sentence, i + 2);
            long name = word.shape().after(ELLIPSIS.after(secondNext.name().hash()));
            weights.addTo(scores, NEXT_REAL_WORD.after(name));
        }
        scoreOccurrences(sentence, i, previous, next, scores);
        scoreSoon(sentence, i, scores);
    }

    private void scoreOccurrences(Word[] sentence, int i, Word previous, Word next, double[] scores) {
        Word word = sentence[i];
        if (!(word.isName() && next.isLowerWord() && previous.hasLetter())) {
            weights.addTo(scores, NO_OCCURRENCE.hash());
            return;
        }
        if (occurs(sentence, i + OCCURRENCE_FROM, i + OCCURRENCE_TO, word)) {
            weights.addTo(scores, OCCURS_LATER.hash());
        }
        if (occurs(sentence, i - OCCURRENCE_TO + 1, i - OCCURRENCE_FROM + 1, word)) {
            weights.addTo(scores, OCCURRED_BEFORE.hash());
        }
    }

    private static boolean occurs(Word[] sentence, int from, int to, Word word) {
        for (int i = Math.max(0, from); i < Math.min(to, sentence.length); i++) {
            if (sentence[i].text().equals(word.text())) {
                return true;
            }
        }
        return false;
    }

    /** The distinct words within reach, the padding among them. */
    private void scoreSoon(Word[] sentence, int i, double[] scores) {
        for (int distance = 1; distance <= REACH; distance++) {
            Word after = at(sentence, i + distance);
            if (!repeats(sentence, i, distance, 1)) {
                add(scores, after.soonAfter());
            }
            Word before = at(sentence, i - distance);
            if (!repeats(sentence, i, distance, -1)) {
                add(scores, before.soonBefore());
            }
        }
    }

    private boolean repeats(Word[] sentence, int i, int distance, int direction) {
        long name = at(sentence, i + direction * distance).name().hash();
        for (int nearer = 1; nearer < distance; nearer++) {
            if (at(sentence, i + direction * nearer).name().hash() == name) {
                return true;
            }
        }
        return false;
    }

    private void scoreEdge(Word previous, Word word, Word next, double[] scores) {
        double[] own = word.edge();
        double[] after = previous.edgeAfter();
        double[] before = next.edgeBefore();
        for (int pair = 0; pair < scores.length; pair++) {
            scores[pair] = own[pair] + after[pair] + before[pair];
        }
        weights.addTo(
                scores,
                EDGE_CLUSTERS.after(
                        word.cluster().after(DASH.after(previous.cluster().hash()))));
        weights.addTo(
                scores,
                EDGE_SHAPES.after(word.shape().after(DASH.after(previous.shape().hash()))));
        weights.addTo(
                scores,
                EDGE_WORDS.after(word.name().after(DASH.after(previous.name().hash()))));
    }

    private Word at(Word[] sentence, int i) {
        return i >= 0 && i < sentence.length ? sentence[i] : vocabulary.padding;
    }

    private static void add(double[] scores, double[] more) {
        for (int i = 0; i < scores.length; i++) {
            scores[i] += more[i];
        }
    }

    private static CrfWeights table(
            Index<String> features, float[][] weights, int labels, List<Index<CRFLabel>> labelIndices) {
        int size = 0;
        for (float[] row : weights) {
            size += row.length;
        }
        CrfWeights table = new CrfWeights(weights.length, size);
        int row = 0;
        for (int feature = 0; feature < weights.length; feature++) {
            float[] own = weights[feature];
            float[] ordered = new float[own.length];
            Index<CRFLabel> index = labelIndices.get(own.length == labels ? 0 : 1);
            require(index.size() == own.length, "a weight for each label, or for each pair of labels");
            for (int i = 0; i < own.length; i++) {
                int place = 0;
                for (int label : index.get(i).getLabel()) {
                    place = place * labels + label;
                }
                ordered[place] = own[i];
            }
            table.put(Symbol.of(features.get(feature)), row, ordered);
            row += own.length;
        }
        return table;
    }

    private static float[][] floats(Object weights) {
        if (weights instanceof float[][] floats) {
            return floats;
        }
        double[][] doubles = (double[][]) weights;
        float[][] floats = new float[doubles.length][];
        for (int i = 0; i < doubles.length; i++) {
            floats[i] = new float[doubles[i].length];
            for (int j = 0; j < doubles[i].length; j++) {
                floats[i][j] = (float) doubles[i][j];
            }
        }
        return floats;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("the model is not of the expected kind: " + what);
        }
    }
}
