package io.tweetlake.benchmarks;

import io.tweetlake.model.Entity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A text of a CoNLL file: its tokens with BIO tags. Tags are read into the types of the recogniser; those that it has
 * no type for are no entities.
 */
final class ConllText {
    private final List<String> tokens = new ArrayList<>();
    private final List<String> tags = new ArrayList<>();

    /**
     * A typed run of tokens.
     *
     * @param from the first token; -1 where an entity does not begin with a token
     * @param to the token after the last
     */
    record Span(String type, int from, int to) {}

    /** Reads a file's lines: the token first, its tag last, apart by tabs or spaces. */
    static List<ConllText> read(List<String> lines) {
        List<ConllText> texts = new ArrayList<>();
        ConllText text = new ConllText();
        for (String line : lines) {
            String[] columns = line.strip().split("[\\t ]+", -1);
            if (columns.length >= 2) {
                text.tokens.add(columns[0]);
                text.tags.add(columns[columns.length - 1]);
            } else if (!text.tokens.isEmpty()) {
                texts.add(text);
                text = new ConllText();
            }
        }
        if (!text.tokens.isEmpty()) {
            texts.add(text);
        }
        return texts;
    }

    /** The tokens with a space between each two. */
    String joined() {
        return String.join(" ", tokens);
    }

    /** The entities as annotated. */
    List<Span> gold() {
        List<Span> spans = new ArrayList<>();
        int from = 0;
        while (from < tags.size()) {
            int to = from + 1;
            if (!tags.get(from).equals("O")) {
                String label = tags.get(from).substring(2);
                while (to < tags.size() && tags.get(to).equals("I-" + label)) {
                    to++;
                }
                String type = type(label);
                if (!type.isEmpty()) {
                    spans.add(new Span(type, from, to));
                }
            }
            from = to;
        }
        return spans;
    }

    /** Entities found in {@link #joined()}, as runs of tokens. */
    List<Span> spans(List<Entity> entities) {
        List<Integer> starts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        int place = 0;
        for (String token : tokens) {
            starts.add(place);
            place += token.codePointCount(0, token.length());
            ends.add(place);
            place++;
        }
        return entities.stream()
                .map(entity -> new Span(entity.type(), starts.indexOf(entity.start()), ends.indexOf(entity.end()) + 1))
                .toList();
    }

    /** Whether a span holds an @-sign or handle, or stands right after an @-sign that is a token of its own. */
    boolean holdsHandle(Span span) {
        if (span.from() < 0) {
            return false;
        }
        boolean afterSign = span.from() > 0 && tokens.get(span.from() - 1).equals("@");
        return afterSign
                || tokens.subList(span.from(), Math.max(span.from(), span.to())).stream()
                        .anyMatch(token -> token.startsWith("@"));
    }

    private static String type(String label) {
        return switch (label.toLowerCase(Locale.ROOT)) {
            case "per", "person" -> "PERSON";
            case "loc", "location" -> "LOCATION";
            case "org", "organization", "corporation", "group" -> "ORGANIZATION";
            default -> "";
        };
    }
}
