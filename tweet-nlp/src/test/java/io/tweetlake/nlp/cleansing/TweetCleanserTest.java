package io.tweetlake.nlp.cleansing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.BronzeCoordinates;
import io.tweetlake.model.Entity;
import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessageParser;
import io.tweetlake.model.Tweet;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TweetCleanserTest {
    private static final BronzeCoordinates BRONZE = new BronzeCoordinates("bronze.tweets.ai", 1, 7);

    @Test
    void takesMarksFromThePayloadWhereItHasThem() throws Exception {
        Tweet tweet = cleanse("""
                {"data": {"id": "1212092628029698048", "text": "#COVID19 and #Covid19, so #NotThis",
                          "entities": {"hashtags": [{"tag": "COVID19"}, {"tag": "Covid19"}]}}}""");
        assertThat(tweet.post().marks().hashtags()).containsExactly("COVID19", "Covid19");
        assertThat(tweet.hashtagKeys()).containsExactly("covid19");
    }

    @Test
    void takesMarksFromTheTextWhereThePayloadHasNone() throws Exception {
        Tweet tweet = cleanse("""
                {"data": {"id": "1212092628029698048",
                          "text": "dissent.\\n#Tag, $TWTR by @some_one https://example.org/a #China's"}}""");
        assertThat(tweet.post().marks().hashtags()).containsExactly("Tag", "China");
        assertThat(tweet.post().marks().cashtags()).containsExactly("TWTR");
        assertThat(tweet.post().marks().mentions()).containsExactly("some_one");
        assertThat(tweet.post().marks().urls()).containsExactly("https://example.org/a");
    }

    @Test
    void movesDeliveredPlacesWithTheText() throws Exception {
        Tweet tweet = cleanse("""
                {"data": {"id": "1212092628029698048", "text": "  Tom &amp; 😀\\r\\n\\n#AI by @Ann_1 &lt;3\\n$X",
                          "entities": {"hashtags": [{"tag": "AI", "start": 16, "end": 19}],
                                       "mentions": [{"username": "ann_1", "start": 23, "end": 29}],
                                       "cashtags": [{"tag": "X", "start": 36, "end": 38}]}}}""");
        assertThat(tweet.post().text()).isEqualTo("Tom & 😀 #AI by @Ann_1 <3 $X");
        assertThat(tweet.post().marks().spans())
                .containsExactly(
                        new Entity("#AI", "HASHTAG", 8, 11, "x"),
                        new Entity("@Ann_1", "MENTION", 15, 21, "x"),
                        new Entity("$X", "CASHTAG", 25, 27, "x"));
    }

    @Test
    void whatStandsInTheTextIsWhatCounts() throws Exception {
        Tweet tweet = cleanse("""
                {"data": {"id": "1212092628029698048", "text": "#AI here",
                          "entities": {"hashtags": [{"tag": "AI", "start": 1, "end": 4}, {"tag": "AI", "start": 0, "end": 99},
                                                    {"tag": "AI", "start": -1, "end": 3}, {"tag": "AI"}]}}}""");
        assertThat(tweet.post().marks().hashtags()).containsExactly("AI");
        assertThat(tweet.post().marks().spans()).containsExactly(new Entity("#AI", "HASHTAG", 0, 3, "x"));
    }

    @Test
    void detectsALanguageOnlyWhereThePlatformTellsNone() throws Exception {
        String text = "heute ist das Wetter wirklich schön und wir gehen spazieren";
        assertThat(cleanse("{\"data\": {\"id\": \"1212092628029698048\", \"text\": \"" + text + "\"}}")
                        .post()
                        .lang())
                .isEqualTo("de");
        assertThat(cleanse("{\"data\": {\"id\": \"1212092628029698048\", \"lang\": \"und\", \"text\": \"" + text
                                + "\"}}")
                        .post()
                        .lang())
                .isEqualTo("und");
    }

    @ParameterizedTest
    @CsvSource({
        "en, en",
        "EN, en",
        "zh-Hant-TW, zh",
        "pt-BR, pt",
        "fil, fil",
        "qme, qme",
        "xqzwvbnm, de",
        "xx, de",
        "'', de"
    })
    void aLanguageIsOneOfThoseThatThereAre(String claimed, String lang) throws Exception {
        String text = "heute ist das Wetter wirklich schön und wir gehen spazieren";
        assertThat(cleanse("{\"data\": {\"id\": \"1212092628029698048\", \"lang\": \"" + claimed + "\", \"text\": \""
                                + text + "\"}}")
                        .post()
                        .lang())
                .isEqualTo(lang);
    }

    @Test
    void countsHappyEmoticonsAndEmojiApartAndNeverInAUrl() throws Exception {
        Tweet tweet = cleanse("""
                {"data": {"id": "1212092628029698048", "text": "ok:) :):):) :-) https://t.co/:) 😀😀 😅 😭"}}""");
        assertThat(tweet.happyEmoticons()).isEqualTo(4);
        assertThat(tweet.happyEmoji()).isEqualTo(3);
        assertThat(tweet.emoji()).containsExactly("😀", "😀", "😅", "😭");
    }

    @Test
    void aLinkEndsWhereThePlatformSays() throws Exception {
        assertThat(cleanse("""
                {"data": {"id": "1212092628029698048", "text": "新しい https://t.co/abを見て https://t.co/cd:)",
                          "entities": {"urls": [{"url": "https://t.co/ab", "start": 4, "end": 19},
                                                {"url": "https://t.co/cd", "start": 23, "end": 38}]}}}""").cleanedText()).isEqualTo("新しい を見て :)");
    }

    @Test
    void aHashtagThatTheEndOfTheTextCutsDoesNotCount() throws Exception {
        for (String text : List.of("RT @ann: about #AI and #Mach…", "about #AI and #Mach… https://t.co/abc")) {
            assertThat(cleanse("{\"data\": {\"id\": \"1212092628029698048\", \"text\": \"" + text + "\"}}")
                            .hashtagKeys())
                    .containsExactly("ai");
        }
        assertThat(cleanse("""
                {"data": {"id": "1212092628029698048", "text": "on and on, #AI…"}}""").hashtagKeys()).containsExactly("ai");
    }

    @Test
    void aPostCountsForAHundredHashtags() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            text.append(" #a").append(i);
        }
        Tweet tweet = cleanse("{\"data\": {\"id\": \"1212092628029698048\", \"text\": \"" + text + "\"}}");
        assertThat(tweet.hashtagKeys()).hasSize(100);
        assertThat(tweet.post().marks().hashtags()).hasSize(300);
    }

    @Test
    void keepsWhereItsBytesLie() throws Exception {
        Tweet tweet = cleanse("""
                {"data": {"id": "1212092628029698048", "text": "a"}}""");
        assertThat(tweet.bronze()).isEqualTo(BRONZE);
        assertThat(tweet.tier()).isEqualTo("ai");
    }

    private static Tweet cleanse(String message) throws MalformedMessageException {
        PostMessage post = (PostMessage) StreamMessageParser.parse(message.getBytes(UTF_8));
        return new TweetCleanser(new HappySet(List.of(":)"), List.of("😀", "😅")))
                .cleanse(post.post(), Instant.EPOCH, "ai", BRONZE);
    }
}
