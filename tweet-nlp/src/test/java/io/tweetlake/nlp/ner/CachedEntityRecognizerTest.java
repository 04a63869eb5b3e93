package io.tweetlake.nlp.ner;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.Entity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachedEntityRecognizerTest {
    private final List<String> asked = new ArrayList<>();
    private final EntityRecognizer whole = new EntityRecognizer() {
        @Override
        public boolean knows(String lang) {
            return lang.equals("en");
        }

        @Override
        public List<Entity> recognize(String text) {
            asked.add(text);
            return List.of(new Entity(text, "PERSON", 0, text.length(), "test"));
        }
    };

    @Test
    void asksOnceForARepeatedText() {
        EntityRecognizer cached = new CachedEntityRecognizer(whole, 100);
        assertThat(cached.recognize("Ada")).isEqualTo(cached.recognize("Ada"));
        assertThat(asked).containsExactly("Ada");
    }

    @Test
    void remembersNoMoreCharactersThanItMay() {
        EntityRecognizer cached = new CachedEntityRecognizer(whole, 100);
        String large = "x".repeat(101);
        cached.recognize(large);
        cached.recognize(large);
        assertThat(asked).hasSize(2);
    }

    @Test
    void knowsTheLanguagesOfItsRecognizer() {
        EntityRecognizer cached = new CachedEntityRecognizer(whole, 100);
        assertThat(cached.knows("en")).isTrue();
        assertThat(cached.knows("ja")).isFalse();
    }
}
