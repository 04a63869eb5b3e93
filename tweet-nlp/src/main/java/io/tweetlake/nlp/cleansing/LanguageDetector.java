package io.tweetlake.nlp.cleansing;

import com.optimaize.langdetect.LanguageDetectorBuilder;
import com.optimaize.langdetect.i18n.LdLocale;
import com.optimaize.langdetect.ngram.NgramExtractors;
import com.optimaize.langdetect.profiles.BuiltInLanguages;
import com.optimaize.langdetect.profiles.LanguageProfileReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * Tells the language of a text that its platform does not tell, by character n-grams. The same text always gives the
 * same answer. Thread-safe.
 *
 * <p>Cavnar and Trenkle, "N-Gram-Based Text Categorization", 1994; the profiles are those of the language-detector
 * library for short texts.
 */
final class LanguageDetector {
    private static final String UNKNOWN = "und";

    /** Fewer letters than this are a name or a laugh. */
    private static final int MIN_LETTERS = 10;

    private static final double MIN_CONFIDENCE = 0.9;

    private static final int SHORT_TEXT = 1_000;

    /** One language is written so; its profile alone loses against Chinese, which shares its other characters. */
    private static final Pattern KANA = Pattern.compile("[\\p{IsHiragana}\\p{IsKatakana}]{2}");

    private final com.optimaize.langdetect.LanguageDetector detector;

    LanguageDetector() {
        try {
            detector = LanguageDetectorBuilder.create(NgramExtractors.standard())
                    .shortTextAlgorithm(SHORT_TEXT)
                    .minimalConfidence(MIN_CONFIDENCE)
                    .seed(0)
                    .withProfiles(new LanguageProfileReader().readBuiltIn(BuiltInLanguages.getLanguages()))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("the language profiles cannot be read from the class path", e);
        }
    }

    /** A BCP 47 code, or {@code und} where nothing is likely enough. */
    String detect(String cleaned) {
        String words = cleaned.replaceAll("[@#$]\\S+", " ");
        if (words.codePoints().filter(Character::isLetter).count() < MIN_LETTERS) {
            return UNKNOWN;
        }
        if (KANA.matcher(words).find()) {
            return "ja";
        }
        com.google.common.base.Optional<LdLocale> found =
                detector.detect(words.substring(0, Math.min(words.length(), SHORT_TEXT)));
        return found.isPresent() ? found.get().toString() : UNKNOWN;
    }
}
