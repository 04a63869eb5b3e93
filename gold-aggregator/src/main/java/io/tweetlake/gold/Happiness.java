package io.tweetlake.gold;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What counts as happy, and when.
 *
 * @param smiles emoticons and emoji; empty for those that enrich-streams counted as happy
 * @param languages of the posts that count; empty for all
 * @param byArrival whether a post counts when it arrived, as older systems did, and not when it was written
 */
record Happiness(List<WindowConfig> windows, Set<String> smiles, Set<String> languages, boolean byArrival) {
    Happiness {
        windows = List.copyOf(windows);
        smiles = Set.copyOf(smiles);
        languages = Set.copyOf(languages);
    }

    int smiles(SilverPost post) {
        if (smiles.isEmpty()) {
            return post.happyEmoticons() + post.happyEmoji();
        }
        return (int) Stream.concat(post.emoticons().stream(), post.emoji().stream())
                .filter(smiles::contains)
                .count();
    }

    boolean takes(String lang) {
        return languages.isEmpty() || languages.contains(lang);
    }

    Instant time(SilverPost post) {
        return byArrival ? post.observedAt() : post.createdAt();
    }
}
