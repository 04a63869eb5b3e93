package io.tweetlake.nlp.cleansing;

import static org.assertj.core.api.Assertions.assertThat;

import com.twitter.twittertext.Extractor;
import com.twitter.twittertext.TldLists;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkExtractorTest {
    private final Extractor twitterText = new Extractor();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no URL. Really... none.",
                ".com",
                "a.",
                "a .com",
                "e.g. 3.5 of v1.2",
                "see example.com/a?b=c#d, or https://t.co/abc.",
                "http://xn--e1afmkfd.xn--p1ai",
                "http://example.\u092d\u093e\u0930\u0924/x",
                "http://\ud83d\ude00.ws",
                "www\u3002example\uff0ecom",
                "\u65e5\u672c\u8a9eexample.com\u65e5\u672c\u8a9e",
                "http://a\u001f.com",
                "me@example.com and @me.example.com"
            })
    void urlsAreThoseOfThePlatformsRules(String text) {
        assertThat(new MarkExtractor().extract(text).urls()).isEqualTo(twitterText.extractURLs(text));
    }

    @Test
    void noTopLevelDomainIsMissed() {
        assertThat(Stream.concat(TldLists.GTLDS.stream(), TldLists.CTLDS.stream()))
                .hasSizeGreaterThan(1_000)
                .allSatisfy(domain -> {
                    String text = "at http://example." + domain + " now";
                    assertThat(new MarkExtractor().extract(text).urls())
                            .as(text)
                            .isEqualTo(twitterText.extractURLs(text));
                });
    }

    @Test
    void hashtagsAreMadeOfThePlatformsCharacters() {
        for (int point = 0x20; point <= Character.MAX_CODE_POINT; point++) {
            if (point == Character.MIN_SURROGATE) {
                point = Character.MAX_SURROGATE + 1;
            }
            if (!Character.isDefined(point) && point > 0xffff) {
                continue;
            }
            String text = "#a" + Character.toString(point) + " #" + Character.toString(point);
            assertThat(new MarkExtractor().extract(text).hashtags())
                    .as("U+%04X", point)
                    .isEqualTo(twitterText.extractHashtags(text));
        }
    }
}
