package io.tweetlake.nlp.ner;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.Entity;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoreNlpEntityRecognizerTest {
    private static final EntityRecognizer RECOGNIZER = CoreNlpEntityRecognizer.load();

    @Test
    void findsEveryEntityWithItsOffsets() {
        String text = "Ada Lovelace met Alan Turing in London, says the United Nations.";
        assertThat(RECOGNIZER.recognize(text))
                .extracting(Entity::text, Entity::type)
                .containsExactly(
                        tuple("Ada Lovelace", "PERSON"),
                        tuple("Alan Turing", "PERSON"),
                        tuple("London", "LOCATION"),
                        tuple("United Nations", "ORGANIZATION"));
    }

    @Test
    void countsOffsetsInCodePoints() {
        Entity london = RECOGNIZER.recognize("😀 She lives in London now.").get(0);
        assertThat(london.start()).isEqualTo(15);
        assertThat(london.end()).isEqualTo(21);
    }

    @Test
    void findsNoneInNothing() {
        assertThat(RECOGNIZER.recognize("")).isEqualTo(List.of());
    }

    @Test
    void answersTheSameWhateverItReadBefore() {
        String text = "jordan and paris went to Washington with Microsoft";
        List<Entity> before = RECOGNIZER.recognize(text);
        for (int i = 0; i < 200; i++) {
            RECOGNIZER.recognize("a word" + i + " in lower case, washington and microsoft");
        }
        assertThat(RECOGNIZER.recognize(text)).isEqualTo(before);
    }

    @Test
    void knowsEnglishOnly() {
        assertThat(RECOGNIZER.knows("en")).isTrue();
        assertThat(RECOGNIZER.knows("en-GB")).isTrue();
        assertThat(RECOGNIZER.knows("und")).isFalse();
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.api.Assertions.tuple(values);
    }
}
