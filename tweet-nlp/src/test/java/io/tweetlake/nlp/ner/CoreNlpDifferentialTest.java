package io.tweetlake.nlp.ner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tweetlake.model.Entity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fast scoring of the model against CoreNLP's own, over every English tweet there is. */
class CoreNlpDifferentialTest {
    private static final Path DATA = Path.of("../../shared/data");
    private static final EntityRecognizer RECOGNIZER = CoreNlpEntityRecognizer.load();

    @Test
    void findsWhatCoreNlpFindsInEveryRealEnglishTweet() throws Exception {
        assumeTrue(Files.isDirectory(DATA), "no real tweets at " + DATA);
        EntityRecognizer reference = new CrfClassifierRecognizer();
        List<String> texts = RealTexts.english(DATA);
        assertThat(texts).hasSizeGreaterThan(30_000);
        List<String> different = new ArrayList<>();
        int entities = 0;
        for (String text : texts) {
            List<Entity> expected = reference.recognize(text);
            entities += expected.size();
            if (!RECOGNIZER.recognize(text).equals(expected)) {
                different.add(text);
            }
        }
        assertThat(entities).isGreaterThan(20_000);
        assertThat(different).isEmpty();
    }

    @Test
    void findsWhatCoreNlpFindsInTextsMadeToBreakIt() throws Exception {
        EntityRecognizer reference = new CrfClassifierRecognizer();
        for (String text : List.of(
                "",
                " ",
                ".",
                "<b>Paris</b> < Rome > and <> then <Berlin",
                "Mr. Smith said \"Hello.\" 'London!' (Paris.) Bonn?! )",
                "Jones and Jones went with Jones to Jones Town , where Jones met Jones",
                "Anna said Anna was here. Then Anna left with Anna, as Anna does when Anna meets Anna",
                "\u2029New York\u2029 Boston \uD800 x \uDC00 \u0000 NUL",
                "I.B.M. U.S. e.g. 22-year-old TRS-80 1990-95 http://t.co/x.Paris",
                "caf\u00e9 cafe\u0301 Zu\u0308rich Z\u00fcrich ﬁnland Colour COLOUR colour",
                "Obama ".repeat(400),
                "a ".repeat(12_000),
                "London. ".repeat(50))) {
            assertThat(RECOGNIZER.recognize(text)).as(text).isEqualTo(reference.recognize(text));
        }
    }
}
