package io.tweetlake.nlp.ner;

import edu.stanford.nlp.ie.crf.CRFClassifier;
import edu.stanford.nlp.ling.CoreLabel;
import edu.stanford.nlp.util.Triple;
import io.tweetlake.model.Entity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * CoreNLP's English 3-class CRF (PERSON, LOCATION, ORGANIZATION), called directly: its {@code ner} annotator gives the
 * same classes fifty times slower.
 *
 * <p>Finkel, Grenager and Manning, "Incorporating Non-local Information into Information Extraction Systems by Gibbs
 * Sampling", ACL 2005.
 */
public final class CoreNlpEntityRecognizer implements EntityRecognizer {
    private static final String MODEL = "edu/stanford/nlp/models/ner/english.all.3class.distsim.crf.ser.gz";
    private static final String ORIGIN = "corenlp-3class";

    /** Twice the longest post that the platform takes: the time for one text stays bounded. */
    private static final int MAX_CHARACTERS = 50_000;

    private final CRFClassifier<CoreLabel> classifier;

    private CoreNlpEntityRecognizer(CRFClassifier<CoreLabel> classifier) {
        this.classifier = classifier;
    }

    /** Loads the model, which takes seconds and some 300 MB. */
    public static CoreNlpEntityRecognizer load() {
        Properties properties = new Properties();
        // Otherwise the classifier learns lower-cased words as it goes, and the same text may give another answer
        // later.
        properties.setProperty("maxAdditionalKnownLCWords", "0");
        try {
            return new CoreNlpEntityRecognizer(CRFClassifier.getClassifier(MODEL, properties));
        } catch (IOException e) {
            throw new UncheckedIOException("the entity model " + MODEL + " cannot be read from the class path", e);
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
        String head = text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS);
        List<Entity> entities = new ArrayList<>();
        for (Triple<String, Integer, Integer> found : classifier.classifyToCharacterOffsets(head)) {
            int start = found.second();
            int end = found.third();
            int startPoint = head.codePointCount(0, start);
            entities.add(new Entity(
                    head.substring(start, end),
                    found.first(),
                    startPoint,
                    startPoint + head.codePointCount(start, end),
                    ORIGIN));
        }
        return entities;
    }
}
