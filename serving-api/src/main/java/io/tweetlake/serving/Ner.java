package io.tweetlake.serving;

import io.javalin.http.Context;
import io.tweetlake.model.Entity;
import io.tweetlake.model.Json;
import io.tweetlake.nlp.ner.CachedEntityRecognizer;
import io.tweetlake.nlp.ner.CoreNlpEntityRecognizer;
import io.tweetlake.nlp.ner.EntityRecognizer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The entity endpoint. The model is read in the background; who asks before that waits. Thread-safe. */
final class Ner {
    static final int MAX_BODY = 256 * 1024;

    private static final int MAX_TEXTS = 100;
    private static final int MAX_CHARACTERS = 20_000;
    private static final long CACHED_CHARACTERS = 2_000_000;

    /**
     * Requests that wait for a recogniser at most: as many as a pause of the machine brings, and few of the threads.
     */
    private static final int WAITING = 16;

    private static final long WAIT_MILLIS = 100;

    private final CompletableFuture<EntityRecognizer> recognizer;
    private final Semaphore places;
    private final Semaphore free;

    /** One of the two. */
    record Question(@Nullable String text, @Nullable List<String> texts) {}

    record Answer(List<Entity> entities) {}

    record AnswerOfSeveral(List<Answer> results) {}

    /** As the predecessors' endpoint answered. */
    record HistoricAnswer(String res) {}

    Ner(int concurrency) {
        places = new Semaphore(concurrency + WAITING);
        free = new Semaphore(concurrency, true);
        recognizer = CompletableFuture.supplyAsync(Ner::load, task -> new Thread(task, "load-ner-model").start());
    }

    private static EntityRecognizer load() {
        return new CachedEntityRecognizer(CoreNlpEntityRecognizer.load(), CACHED_CHARACTERS);
    }

    boolean isReady() {
        return recognizer.isDone() && !recognizer.isCompletedExceptionally();
    }

    /** {@code {"text": …}} or {@code {"texts": […]}} to all entities with their offsets. */
    void answer(Context request) throws IOException {
        Question question = question(request);
        if ((question.text() == null) == (question.texts() == null)) {
            throw Problem.badRequest("the body is {\"text\": …} or {\"texts\": […]}");
        }
        Object answer = question.text() != null
                ? recognize(List.of(question.text())).get(0)
                : new AnswerOfSeveral(recognize(Objects.requireNonNull(question.texts())));
        HttpApi.json(request, answer);
    }

    /**
     * The two routes of older systems: status 201, and in {@code res} a Python dictionary of label to text as a string,
     * of which a later entity of a label replaces an earlier one.
     */
    void historicAnswer(Context request) throws IOException {
        String text = question(request).text();
        if (text == null) {
            throw Problem.badRequest("the body is {\"text\": …}");
        }
        Map<String, String> byLabel = new LinkedHashMap<>();
        recognize(List.of(text)).get(0).entities().forEach(entity -> byLabel.put(entity.type(), entity.text()));
        String res = byLabel.entrySet().stream()
                .map(entry -> python(entry.getKey()) + ": " + python(entry.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
        HttpApi.json(request.status(201), new HistoricAnswer(res));
    }

    private static String python(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
    }

    private static Question question(Context request) {
        byte[] body = request.bodyAsBytes();
        if (body.length > MAX_BODY) {
            throw Problem.tooLarge("the body has more than " + MAX_BODY + " bytes");
        }
        try {
            Question question = Json.read(body, Question.class);
            if (question == null) {
                throw Problem.badRequest("the body is {\"text\": …} or {\"texts\": […]}");
            }
            return question;
        } catch (IOException e) {
            throw Problem.badRequest("the body is not {\"text\": …} or {\"texts\": […]} as JSON");
        }
    }

    private List<Answer> recognize(List<String> texts) {
        if (texts.size() > MAX_TEXTS) {
            throw Problem.badRequest("more than " + MAX_TEXTS + " texts");
        }
        if (texts.stream().anyMatch(Objects::isNull)) {
            throw Problem.badRequest("a text is null");
        }
        if (texts.stream().anyMatch(text -> text.length() > MAX_CHARACTERS)) {
            throw Problem.badRequest("a text has more than " + MAX_CHARACTERS + " characters");
        }
        if (!places.tryAcquire()) {
            throw busy();
        }
        try {
            if (!free.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw busy();
            }
            try {
                EntityRecognizer model = recognizer.join();
                return texts.stream()
                        .map(text -> new Answer(model.recognize(text)))
                        .toList();
            } finally {
                free.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        } finally {
            places.release();
        }
    }

    private static Problem busy() {
        return Problem.tooMany("all recognisers are busy; ask again in a moment");
    }
}
