package io.tweetlake.nlp.ner;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tweetlake.model.Entity;
import java.util.List;

/**
 * Recognises a repeated text once: half of a real stream is reposts, which carry the text of their original. The answer
 * is another recogniser's; memory is bounded. Thread-safe.
 */
public final class CachedEntityRecognizer implements EntityRecognizer {
    private final EntityRecognizer recognizer;
    private final Cache<String, List<Entity>> answers;

    /** Remembers the texts asked for last and most, up to so many characters of text in all. */
    public CachedEntityRecognizer(EntityRecognizer recognizer, long characters) {
        this.recognizer = recognizer;
        this.answers = Caffeine.newBuilder()
                .maximumWeight(characters)
                .weigher((String text, List<Entity> entities) -> text.length())
                .executor(Runnable::run)
                .build();
    }

    @Override
    public boolean knows(String lang) {
        return recognizer.knows(lang);
    }

    @Override
    public List<Entity> recognize(String text) {
        return answers.get(text, recognizer::recognize);
    }
}
