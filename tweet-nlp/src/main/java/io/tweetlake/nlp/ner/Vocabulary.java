package io.tweetlake.nlp.ner;

import edu.stanford.nlp.ie.NERFeatureFactory;
import edu.stanford.nlp.ling.CoreAnnotations;
import edu.stanford.nlp.ling.CoreLabel;
import edu.stanford.nlp.process.WordShapeClassifier;
import edu.stanford.nlp.sequences.FeatureFactory;
import edu.stanford.nlp.sequences.SeqClassifierFlags;
import edu.stanford.nlp.util.PaddedList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Makes the {@link Word}s of a model and remembers the frequent ones: words repeat, and most of what a position scores
 * comes from one word alone. Bounded; thread-safe.
 */
final class Vocabulary {
    private static final Symbol WORD = node("-WORD");
    private static final Symbol CLUSTER = node("-DISTSIM");
    private static final Symbol SHAPE = node("-TYPE");
    private static final Symbol BIAS = node("###");
    private static final Symbol PREVIOUS_WORD = node("-PW");
    private static final Symbol PREVIOUS_CLUSTER = node("-PDISTSIM");
    private static final Symbol PREVIOUS_SHAPE = node("-PTYPE");
    private static final Symbol NEXT_WORD = node("-NW");
    private static final Symbol NEXT_CLUSTER = node("-NDISTSIM");
    private static final Symbol NEXT_SHAPE = node("-NTYPE");
    private static final Symbol SOON_AFTER = node("-DISJN");
    private static final Symbol SOON_BEFORE = node("-DISJP");
    private static final Symbol NGRAM_START = Symbol.of("#");
    private static final Symbol NGRAM_END = node("#");

    private static final Symbol EDGE_BIAS = edge("PSEQ");
    private static final Symbol EDGE_WORD = edge("-PSEQW");
    private static final Symbol EDGE_CLUSTER = edge("-PSEQcDS");
    private static final Symbol EDGE_SHAPE = edge("-PSEQcS");
    private static final Symbol EDGE_SHAPE_AGAIN = edge("-TPS2");
    private static final Symbol EDGE_PREVIOUS_WORD = edge("-PSEQpW");
    private static final Symbol EDGE_PREVIOUS_CLUSTER = edge("-PSEQpDS");
    private static final Symbol EDGE_PREVIOUS_SHAPE = edge("-PSEQpS");
    private static final Symbol EDGE_NEXT_SHAPE = edge("-TNS1");

    private static final int MAX_NGRAM = 6;
    private static final int SLOTS = 1 << 16;

    /** Longer ones are addresses and noise: they come once, and would make what is remembered unbounded. */
    private static final int MAX_REMEMBERED = 32;

    private final CrfWeights weights;
    private final int labels;

    /** What most words add in most places; one array for all keeps what is remembered small. */
    private final double[] noNode;

    private final double[] noEdge;
    private final UnaryOperator<String> spelling;
    private final int shaper;
    private final Collection<String> knownLowerCase;
    private final NERFeatureFactory<CoreLabel> clusters;

    /** Each slot holds the last word that fell into it; words are immutable, so a race costs one computation. */
    private final Entry[] remembered = new Entry[SLOTS];

    /** What stands where a sentence has no word. */
    final Word padding;

    Vocabulary(
            CrfWeights weights,
            int labels,
            SeqClassifierFlags flags,
            Collection<String> knownLowerCase,
            NERFeatureFactory<CoreLabel> features) {
        this.weights = weights;
        this.labels = labels;
        this.noNode = new double[labels];
        this.noEdge = new double[labels * labels];
        this.spelling = flags.wordFunction::apply;
        this.shaper = flags.wordShape;
        this.knownLowerCase = knownLowerCase;
        this.clusters = clusters(flags, features);
        // CoreNLP's padding has no cluster and, to one of its features, no shape; both are then spelt "null".
        this.padding = word("", Symbol.EMPTY, Symbol.of("null"), Symbol.EMPTY, Symbol.of("null"));
    }

    /** A word as the tokeniser gives it. */
    Word word(String token) {
        if (token.length() > MAX_REMEMBERED) {
            return compute(token);
        }
        int hash = token.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        Entry entry = remembered[slot];
        if (entry == null || entry.hash != hash || !entry.token.equals(token)) {
            entry = new Entry(hash, token, compute(token));
            remembered[slot] = entry;
        }
        return entry.word;
    }

    private Word compute(String token) {
        String text = spelling.apply(token);
        Symbol shape = Symbol.of(WordShapeClassifier.wordShape(text, shaper, knownLowerCase));
        Symbol cluster = Symbol.of(cluster(text));
        return word(text, shape, shape, cluster, cluster);
    }

    private Word word(String text, Symbol shape, Symbol shapeToPrevious, Symbol cluster, Symbol clusterToNode) {
        Symbol name = Symbol.of(text);
        return new Word(
                text,
                name,
                shape,
                cluster,
                self(text, name, shape, clusterToNode),
                node(name, PREVIOUS_WORD, clusterToNode, PREVIOUS_CLUSTER, shape, PREVIOUS_SHAPE),
                node(name, NEXT_WORD, clusterToNode, NEXT_CLUSTER, shape, NEXT_SHAPE),
                node(name, SOON_BEFORE),
                node(name, SOON_AFTER),
                edge(
                        Symbol.EMPTY,
                        EDGE_BIAS,
                        name,
                        EDGE_WORD,
                        cluster,
                        EDGE_CLUSTER,
                        shape,
                        EDGE_SHAPE,
                        shape,
                        EDGE_SHAPE_AGAIN),
                edge(name, EDGE_PREVIOUS_WORD, cluster, EDGE_PREVIOUS_CLUSTER, shape, EDGE_PREVIOUS_SHAPE),
                edge(shapeToPrevious, EDGE_NEXT_SHAPE),
                isName(text),
                !text.isEmpty() && hasLetter(text) && firstUpperCase(text, 0) == text.length(),
                hasLetter(text));
    }

    private double[] self(String text, Symbol name, Symbol shape, Symbol cluster) {
        double[] scores = new double[labels];
        sum(scores, name, WORD, cluster, CLUSTER, shape, SHAPE, Symbol.EMPTY, BIAS);
        String marked = '<' + text + '>';
        int length = marked.length();
        long[] ngrams = new long[2 * MAX_NGRAM];
        int count = 0;
        for (int end = 2; end <= Math.min(MAX_NGRAM, length); end++) {
            ngrams[count++] = ngram(marked, 0, end);
        }
        for (int start = Math.max(0, length - MAX_NGRAM); start < length - 1; start++) {
            ngrams[count++] = ngram(marked, start, length);
        }
        for (int i = 0; i < count; i++) {
            if (isFirst(ngrams, i)) {
                weights.addTo(scores, ngrams[i]);
            }
        }
        return scores;
    }

    /** A short word's beginning can be its end too; a feature counts once. */
    private static boolean isFirst(long[] ngrams, int i) {
        for (int j = 0; j < i; j++) {
            if (ngrams[j] == ngrams[i]) {
                return false;
            }
        }
        return true;
    }

    private static long ngram(String marked, int from, int to) {
        return NGRAM_END.after(Symbol.of(marked, from, to).after(NGRAM_START.hash()));
    }

    /** The sum of features of labels: pairs of a name's first part and its end. */
    private double[] node(Symbol... parts) {
        double[] scores = new double[labels];
        return sum(scores, parts) ? scores : noNode;
    }

    /** The sum of features of pairs of labels. */
    private double[] edge(Symbol... parts) {
        double[] scores = new double[labels * labels];
        return sum(scores, parts) ? scores : noEdge;
    }

    private boolean sum(double[] scores, Symbol... parts) {
        boolean any = false;
        for (int i = 0; i < parts.length; i += 2) {
            any |= weights.addTo(scores, parts[i + 1].after(parts[i].hash()));
        }
        return any;
    }

    private String cluster(String text) {
        CoreLabel label = new CoreLabel();
        label.setWord(text);
        clusters.getCliqueFeatures(new PaddedList<>(List.of(label), new CoreLabel()), 0, FeatureFactory.cliqueC);
        return label.get(CoreAnnotations.DistSimAnnotation.class);
    }

    /** The model's own factory, which holds its clusters, made to look up nothing else. */
    private static NERFeatureFactory<CoreLabel> clusters(
            SeqClassifierFlags flags, NERFeatureFactory<CoreLabel> features) {
        SeqClassifierFlags alone = new SeqClassifierFlags();
        alone.useDistSim = true;
        alone.casedDistSim = flags.casedDistSim;
        alone.numberEquivalenceDistSim = flags.numberEquivalenceDistSim;
        alone.unknownWordDistSimClass = flags.unknownWordDistSimClass;
        alone.useInternal = false;
        alone.useExternal = false;
        features.init(alone);
        return features;
    }

    static Symbol node(String end) {
        return Symbol.of(end + "|C");
    }

    static Symbol edge(String end) {
        return Symbol.of(end + "|CpC");
    }

    private static boolean isName(String text) {
        return text.length() >= 2
                && (Character.isUpperCase(text.charAt(0)) || Character.isTitleCase(text.charAt(0)))
                && firstUpperCase(text, 1) == text.length();
    }

    private static int firstUpperCase(String text, int from) {
        int i = from;
        while (i < text.length() && !Character.isUpperCase(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean hasLetter(String text) {
        return text.chars().anyMatch(Character::isLetter);
    }

    private record Entry(int hash, String token, Word word) {}
}
