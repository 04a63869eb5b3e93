package io.tweetlake.nlp.ner;

import edu.stanford.nlp.ling.CoreLabel;
import edu.stanford.nlp.process.PTBTokenizer;
import edu.stanford.nlp.process.TokenizerFactory;
import edu.stanford.nlp.process.WordToSentenceProcessor;
import io.tweetlake.model.CodePoints;
import io.tweetlake.model.Entity;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * CoreNLP's English 3-class CRF (PERSON, LOCATION, ORGANIZATION): its tokens, its sentences and its model, scored by
 * {@link LinearChainCrf}. The entities are those of {@code CRFClassifier.classifyToCharacterOffsets}.
 *
 * <p>Finkel, Grenager and Manning, "Incorporating Non-local Information into Information Extraction Systems by Gibbs
 * Sampling", ACL 2005.
 */
public final class CoreNlpEntityRecognizer implements EntityRecognizer {
    static final String MODEL = "edu/stanford/nlp/models/ner/english.all.3class.distsim.crf.ser.gz";
    static final String ORIGIN = "corenlp-3class";

    private static final String OUTSIDE = "O";

    /** The longest post that the platform takes: the time for one text stays bounded. */
    private static final int MAX_CHARACTERS = 25_000;

    /**
     * Of what stands between spaces so much is read. CoreNLP's tokeniser takes time quadratic in it (4,000 characters
     * of {@code #a#a}: 0.75 s), and no name is longer.
     */
    private static final int MAX_WORD = 100;

    /** The tokeniser looks for the end of markup to the end of what it is given: {@code <!-- } again and again. */
    private static final int MAX_PIECE = 1_000;

    private final LinearChainCrf crf;

    /** With the defaults of CoreNLP's reader of plain text: naming them would have them parsed for each text. */
    private final TokenizerFactory<CoreLabel> tokenizer =
            PTBTokenizer.PTBTokenizerFactory.newCoreLabelTokenizerFactory("");

    private final WordToSentenceProcessor<CoreLabel> sentences =
            new WordToSentenceProcessor<>(WordToSentenceProcessor.NewlineIsSentenceBreak.ALWAYS);

    private CoreNlpEntityRecognizer(LinearChainCrf crf) {
        this.crf = crf;
    }

    /** Loads the model, which takes a second and some 150 MB. */
    public static CoreNlpEntityRecognizer load() {
        try (InputStream file = CoreNlpEntityRecognizer.class.getClassLoader().getResourceAsStream(MODEL)) {
            if (file == null) {
                throw new IllegalStateException("the entity model " + MODEL + " is not on the class path");
            }
            return new CoreNlpEntityRecognizer(
                    LinearChainCrf.read(new BufferedInputStream(new GZIPInputStream(file), 1 << 16)));
        } catch (IOException e) {
            throw new UncheckedIOException("the entity model " + MODEL + " cannot be read", e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the entity model " + MODEL + " is of another version of CoreNLP", e);
        }
    }

    @Override
    public boolean knows(String lang) {
        return lang.equals("en") || lang.startsWith("en-");
    }

    @Override
    public List<Entity> recognize(String text) {
        String head = withoutLongWords(text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS));
        CodePoints points = new CodePoints(head);
        List<Entity> entities = new ArrayList<>();
        for (List<CoreLabel> sentence : sentences.process(tokens(head))) {
            Word[] words = new Word[sentence.size()];
            for (int i = 0; i < words.length; i++) {
                words[i] = crf.word(sentence.get(i).word());
            }
            String[] labels = crf.label(words);
            int from = 0;
            while (from < labels.length) {
                int to = from + 1;
                while (to < labels.length && labels[to].equals(labels[from])) {
                    to++;
                }
                if (!labels[from].equals(OUTSIDE)) {
                    int start = sentence.get(from).beginPosition();
                    int end = sentence.get(to - 1).endPosition();
                    entities.add(points.entity(start, end, labels[from], ORIGIN));
                }
                from = to;
            }
        }
        return entities;
    }

    /** The same with spaces for what is too much of a word, so that all places stay. */
    private static String withoutLongWords(String text) {
        StringBuilder shortened = null;
        int word = 0;
        for (int i = 0; i < text.length(); i++) {
            // Other spaces are read as slowly as letters.
            word = " \t\n\r".indexOf(text.charAt(i)) >= 0 ? 0 : word + 1;
            if (word > MAX_WORD) {
                shortened = shortened == null ? new StringBuilder(text) : shortened;
                shortened.setCharAt(i, ' ');
            }
        }
        return shortened == null ? text : shortened.toString();
    }

    /** The tokens of a text without its markup, which CoreNLP's reader of plain text leaves out. */
    private List<CoreLabel> tokens(String text) {
        List<CoreLabel> tokens = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int offset = from;
            int to = endOfPiece(text, from);
            tokenizer.getTokenizer(new StringReader(text.substring(from, to))).forEachRemaining(token -> {
                if (!isTag(token.word())) {
                    token.setBeginPosition(token.beginPosition() + offset);
                    token.setEndPosition(token.endPosition() + offset);
                    tokens.add(token);
                }
            });
            from = to;
        }
        return tokens;
    }

    /** Behind the last space of a piece; no word is longer than one. */
    private static int endOfPiece(String text, int from) {
        if (text.length() - from <= MAX_PIECE) {
            return text.length();
        }
        int space = from + MAX_PIECE - 1;
        while (space > from && text.charAt(space) != ' ') {
            space--;
        }
        return space > from ? space + 1 : from + MAX_PIECE;
    }

    private static boolean isTag(String word) {
        return word.startsWith("<") && word.indexOf('>', 1) == word.length() - 1;
    }
}
