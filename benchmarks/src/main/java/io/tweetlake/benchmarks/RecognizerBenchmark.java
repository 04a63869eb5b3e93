package io.tweetlake.benchmarks;

import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.Post;
import io.tweetlake.nlp.cleansing.TweetText;
import io.tweetlake.nlp.ner.CachedEntityRecognizer;
import io.tweetlake.nlp.ner.CoreNlpEntityRecognizer;
import io.tweetlake.nlp.ner.CrfClassifierRecognizer;
import io.tweetlake.nlp.ner.EntityRecognizer;
import io.tweetlake.nlp.ner.RealTexts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "recognizer",
        mixinStandardHelpOptions = true,
        description = {
            "Entities: CoreNLP's classifier called directly, our scoring of its model, and that with the text cache.",
            "One thread: pin it to a core with taskset."
        })
final class RecognizerBenchmark implements Callable<Integer> {
    /** A tenth of the work for the slow one, so that the turns take equally long. */
    private static final int REFERENCE_PART = 8;

    @Parameters(paramLabel = "FOLDER", description = "of captured tweets: all distinct English texts in it are used")
    private Path folder = Path.of(".");

    @Option(names = "--stream", paramLabel = "FOLDER", description = "of a captured stream, for its real order")
    private Path stream = Path.of(".");

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private int rounds = 5;

    @Override
    public Integer call() throws Exception {
        EntityRecognizer classifier = new CrfClassifierRecognizer();
        EntityRecognizer ours = CoreNlpEntityRecognizer.load();
        List<String> distinct = new ArrayList<>(RealTexts.english(folder));
        Collections.shuffle(distinct, new Random(1));
        System.out.printf("%,d distinct English texts, no text cache%n", distinct.size());
        SideBySide.print(
                rounds,
                List.of(
                        new SideBySide.Way("CRFClassifier", classifier::recognize, part(distinct)),
                        new SideBySide.Way("CoreNlpEntityRecognizer", ours::recognize, distinct)));
        List<String> ordered = english(stream);
        System.out.printf("%n%,d English posts of a stream in their order%n", ordered.size());
        SideBySide.print(
                rounds,
                List.of(
                        new SideBySide.Way("CRFClassifier", classifier::recognize, part(ordered)),
                        new SideBySide.Way("CoreNlpEntityRecognizer", ours::recognize, ordered),
                        // Each round forgets what the round before has seen.
                        new SideBySide.Way("CachedEntityRecognizer", new Fresh(ours, ordered)::recognize, ordered)));
        return 0;
    }

    private static List<String> part(List<String> texts) {
        return texts.subList(0, texts.size() / REFERENCE_PART);
    }

    private static List<String> english(Path stream) throws IOException, MalformedMessageException {
        List<String> texts = new ArrayList<>();
        for (RealPosts.Line line : RealPosts.read(List.of(stream))) {
            Post post = line.message().post();
            if ("en".equals(post.lang())) {
                texts.add(TweetText.readable(post.text()));
            }
        }
        return texts;
    }

    /** A cache that is made anew when the first text comes round again. */
    private static final class Fresh {
        private final EntityRecognizer recognizer;
        private final int size;
        private EntityRecognizer cached;
        private int seen;

        Fresh(EntityRecognizer recognizer, List<String> texts) {
            this.recognizer = recognizer;
            this.size = texts.size();
            this.cached = recognizer;
        }

        void recognize(String text) {
            if (seen++ % size == 0) {
                cached = new CachedEntityRecognizer(recognizer, 4_000_000);
            }
            cached.recognize(text);
        }
    }
}
