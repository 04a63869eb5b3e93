package io.tweetlake.ingest;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether a text is about AI, data science, machine learning or big data, for posts that matched no stream rule: any of
 * a list of terms as whole words, whatever their case, with or without {@code #}. {@code #AI}, {@code AI.} and
 * {@code (AI)} match AI; {@code said} does not. A term that starts with {@code #} matches as a hashtag only.
 * Thread-safe.
 */
final class KeywordMatcher {
    private final Pattern anyTerm;

    KeywordMatcher(List<String> terms) {
        String alternatives = terms.stream()
                .map(term -> Arrays.stream(term.split(" ")).map(Pattern::quote).collect(Collectors.joining("\\s+")))
                .collect(Collectors.joining("|"));
        anyTerm = Pattern.compile(
                "(?<![\\p{L}\\p{N}_])(?:" + alternatives + ")(?![\\p{L}\\p{N}_])",
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    static KeywordMatcher ofAiKeywords() {
        return new KeywordMatcher(aiTerms());
    }

    /** The terms of {@code ai-keywords.txt}. */
    static List<String> aiTerms() {
        return terms("/ai-keywords.txt");
    }

    /** The terms of a resource, one a line. */
    static List<String> terms(String resource) {
        try (var in = Objects.requireNonNull(KeywordMatcher.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("//"))
                    .toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    boolean matches(String text) {
        return anyTerm.matcher(text).find();
    }
}
