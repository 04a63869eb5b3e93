package io.tweetlake.ingest;

import java.util.List;

/**
 * The filtered stream's rules where no file says others: the AI keywords tagged {@code ai}, the generic ones
 * {@code generic}.
 */
final class DefaultRules {
    /** X allows 1,024 characters in a rule and 512 in a search; some are left for the language and a sample. */
    private static final int MAX_LENGTH = 480;

    private DefaultRules() {}

    static String text() {
        return section("ai", KeywordMatcher.aiTerms())
                + section("generic", KeywordMatcher.terms("/generic-keywords.txt"));
    }

    private static String section(String tag, List<String> terms) {
        return io.tweetlake.ingest.source.XRules.anyOf(tag, terms, MAX_LENGTH);
    }
}
