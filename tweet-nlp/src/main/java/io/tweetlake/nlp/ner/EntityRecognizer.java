package io.tweetlake.nlp.ner;

import io.tweetlake.model.Entity;
import java.util.List;

/** Finds named entities in a text. Implementations are thread-safe and give the same answer for the same text. */
public interface EntityRecognizer {

    /** Whether its model was made for a language, a BCP 47 code. */
    boolean knows(String lang);

    /** All entities in order of their start; none is an empty list. */
    List<Entity> recognize(String text);
}
