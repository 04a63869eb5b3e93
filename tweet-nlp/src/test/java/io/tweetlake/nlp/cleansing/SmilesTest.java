package io.tweetlake.nlp.cleansing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SmilesTest {

    @Test
    void findsEmoticonsInOrder() {
        assertThat(Smiles.emoticons("hi :) and ;-) or :D <3")).containsExactly(":)", ";-)", ":D", "<3");
    }

    @Test
    void findsNoEmoticonInAUrlOrAWord() {
        assertThat(Smiles.emoticons("https://t.co/x:) at 8:30 in C:Docs, x1:3")).isEmpty();
    }

    @Test
    void countsAnEmojiOnceWithItsToneFlagAndJoiners() {
        assertThat(Smiles.emoji("👍🏽 🇩🇪 👩‍👩‍👧 ❤️ 1️⃣ 😀😀"))
                .containsExactly("👍🏽", "🇩🇪", "👩‍👩‍👧", "❤️", "1️⃣", "😀", "😀");
    }

    @Test
    void survivesAnEndlessChainOfJoinedEmoji() {
        assertThat(Smiles.emoji("👩" + "\u200D👩".repeat(50_000))).hasSize(1);
    }

    @Test
    void findsNoEmojiInPlainText() {
        assertThat(Smiles.emoji("plain text 123 # * 日本")).isEmpty();
    }
}
