package io.tweetlake.nlp.ner;

import edu.stanford.nlp.ie.crf.CRFClassifier;
import edu.stanford.nlp.ling.CoreLabel;
import edu.stanford.nlp.util.Triple;
import io.tweetlake.model.Entity;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** CoreNLP's own classifier over the same model: what {@link CoreNlpEntityRecognizer} is compared with. */
public final class CrfClassifierRecognizer implements EntityRecognizer {
    private final CRFClassifier<CoreLabel> classifier;

    public CrfClassifierRecognizer() throws Exception {
        Properties properties = new Properties();
        // Otherwise the classifier learns lower-cased words as it goes, and the same text may give another answer
        // later.
        properties.setProperty("maxAdditionalKnownLCWords", "0");
        classifier = CRFClassifier.getClassifier(CoreNlpEntityRecognizer.MODEL, properties);
    }

    @Override
    public boolean knows(String lang) {
        return true;
    }

    @Override
    public List<Entity> recognize(String text) {
        List<Entity> entities = new ArrayList<>();
        for (Triple<String, Integer, Integer> found : classifier.classifyToCharacterOffsets(text)) {
            int start = text.codePointCount(0, found.second());
            entities.add(new Entity(
                    text.substring(found.second(), found.third()),
                    found.first(),
                    start,
                    start + text.codePointCount(found.second(), found.third()),
                    CoreNlpEntityRecognizer.ORIGIN));
        }
        return entities;
    }
}
