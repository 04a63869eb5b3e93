package io.tweetlake.benchmarks;

import io.tweetlake.model.Entity;
import io.tweetlake.nlp.ner.CoreNlpEntityRecognizer;
import io.tweetlake.nlp.ner.EntityRecognizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ner-quality",
        mixinStandardHelpOptions = true,
        description = {
            "Scores the recogniser on CoNLL files: a token and its BIO tag a line, a blank line between texts.",
            "Strict spans: an entity counts if its type, first and last token are all right."
        })
final class NerQualityCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "CoNLL files, scored together")
    private List<Path> files = List.of();

    @Option(
            names = "--handles",
            paramLabel = "in|out",
            defaultValue = "in",
            description = {
                "out: leave entities that hold an @ or the token after it out of the score;",
                "handles are mentions, which the payload names (default: ${DEFAULT-VALUE})"
            })
    private Handles handles = Handles.in;

    /** Spelt as on the command line. */
    @SuppressWarnings("checkstyle:constantname")
    enum Handles {
        in,
        out
    }

    @Override
    public Integer call() throws Exception {
        EntityRecognizer recognizer = CoreNlpEntityRecognizer.load();
        SpanScores scores = new SpanScores();
        int texts = 0;
        for (Path file : files) {
            for (ConllText text : ConllText.read(Files.readAllLines(file))) {
                List<Entity> found = recognizer.recognize(text.joined());
                scores.add(keep(text, text.gold()), keep(text, text.spans(found)));
                texts++;
            }
        }
        System.out.printf("%,d texts, handles %s%n%s", texts, handles, scores);
        return 0;
    }

    private List<ConllText.Span> keep(ConllText text, List<ConllText.Span> spans) {
        List<ConllText.Span> kept = new ArrayList<>(spans);
        if (handles == Handles.out) {
            kept.removeIf(text::holdsHandle);
        }
        return kept;
    }
}
