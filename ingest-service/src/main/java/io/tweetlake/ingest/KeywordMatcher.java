package io.tweetlake.ingest;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Whether a text is about AI, data science, machine learning or big data, for posts that matched no stream rule: any of
 * a list of terms as whole words, whatever their case, with or without {@code #}. {@code #AI}, {@code AI.} and
 * {@code (AI)} match AI; {@code said} does not. A term that starts with {@code #} matches as a hashtag only.
 * Thread-safe.
 */
final class KeywordMatcher {
    private static final int HASHES = 1 << 14;

    private static final int MAX_WORD = 100;

    /** What {@code \p{N}} is. */
    private static final BitSet NUMBERS = numbers();

    /** By their first word, in lower case. */
    private final Map<String, List<Term>> terms = new HashMap<>();

    /** The hashes of these first words: nearly every word of a text is turned away by a bit. */
    private final BitSet hashes = new BitSet(HASHES);

    /**
     * A term.
     *
     * @param rest the words after the first
     * @param isHashtag whether {@code #} must stand before it
     */
    private record Term(List<String> rest, boolean isHashtag) {}

    KeywordMatcher(List<String> keywords) {
        for (String keyword : keywords) {
            boolean isHashtag = keyword.startsWith("#");
            List<String> words = List.of(keyword.substring(isHashtag ? 1 : 0)
                    .toLowerCase(Locale.ROOT)
                    .split(" "));
            String first = words.get(0);
            terms.computeIfAbsent(first, unseen -> new ArrayList<>())
                    .add(new Term(words.subList(1, words.size()), isHashtag));
            hashes.set(hash(first, 0, first.length()));
        }
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
        int i = 0;
        while (i < text.length()) {
            int end = endOfWord(text, i);
            if (end > i) {
                if (hashes.get(hash(text, i, end)) && matchesAt(text, i, end)) {
                    return true;
                }
                i = end;
            } else {
                i += Character.charCount(text.codePointAt(i));
            }
        }
        return false;
    }

    private boolean matchesAt(String text, int start, int end) {
        // A longer word is none of them, and to lower its case may take time quadratic in its length.
        if (end - start > MAX_WORD) {
            return false;
        }
        List<Term> candidates = terms.get(text.substring(start, end).toLowerCase(Locale.ROOT));
        if (candidates == null) {
            return false;
        }
        boolean isHashtag = start > 0
                && text.charAt(start - 1) == '#'
                && (start < 2 || !isWordCharacter(text.codePointBefore(start - 1)));
        for (Term term : candidates) {
            if ((isHashtag || !term.isHashtag) && follow(text, end, term.rest)) {
                return true;
            }
        }
        return false;
    }

    /** Whether these words come next, white space before each. */
    private static boolean follow(String text, int from, List<String> words) {
        int i = from;
        for (String word : words) {
            int start = i;
            while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
                start++;
            }
            int end = endOfWord(text, start);
            if (start == i
                    || end - start != word.length()
                    || !text.regionMatches(true, start, word, 0, word.length())) {
                return false;
            }
            i = end;
        }
        return true;
    }

    private static int endOfWord(String text, int from) {
        int i = from;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            if (!isWordCharacter(codePoint)) {
                return i;
            }
            i += Character.charCount(codePoint);
        }
        return i;
    }

    private static boolean isWordCharacter(int codePoint) {
        if (codePoint < 128) {
            return (codePoint >= 'a' && codePoint <= 'z')
                    || (codePoint >= 'A' && codePoint <= 'Z')
                    || (codePoint >= '0' && codePoint <= '9')
                    || codePoint == '_';
        }
        return Character.isLetter(codePoint) || NUMBERS.get(Character.getType(codePoint));
    }

    private static BitSet numbers() {
        BitSet types = new BitSet();
        types.set(Character.DECIMAL_DIGIT_NUMBER);
        types.set(Character.LETTER_NUMBER);
        types.set(Character.OTHER_NUMBER);
        return types;
    }

    /** The same for a word in any case, as far as ASCII goes: the terms are ASCII. */
    private static int hash(String text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + (text.charAt(i) | 0x20);
        }
        return (hash ^ hash >>> 14) & (HASHES - 1);
    }
}
