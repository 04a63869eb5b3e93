package io.tweetlake.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "latency",
        mixinStandardHelpOptions = true,
        description = {
            "How long a post of a running sandbox takes until the page has it: ./tweetlake up --rate 1000, then this.",
            "It does what the page does: it follows live and asks again at most twice a second. The stand-in's posts are",
            "sent when they are created, so a post has arrived at its own time; those between two answers came evenly."
        })
final class LatencyBenchmark implements Callable<Integer> {
    private static final Duration REFRESH = Duration.ofMillis(500);
    private static final int SAMPLES = 20;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://localhost:5001",
            description = "default: ${DEFAULT-VALUE}")
    private URI url = URI.create("http://localhost:5001");

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "60", description = "default: ${DEFAULT-VALUE}")
    private int seconds = 60;

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper mapper = new JsonMapper();

    @Override
    public Integer call() throws Exception {
        BlockingQueue<Boolean> news = new LinkedBlockingQueue<>();
        InputStream live = http.send(
                        HttpRequest.newBuilder(url.resolve("/api/v1/live"))
                                .header("Accept", "text/event-stream")
                                .build(),
                        BodyHandlers.ofInputStream())
                .body();
        Thread follower = new Thread(() -> follow(live, news), "follower");
        follower.setDaemon(true);
        follower.start();
        List<Double> millis = new ArrayList<>();
        Instant shown = shown();
        Instant end = Instant.now().plusSeconds(seconds);
        while (Instant.now().isBefore(end)) {
            news.take();
            news.clear();
            Instant next = shown();
            Instant now = Instant.now();
            double between = Duration.between(shown, next).toNanos() / 1e6;
            for (int i = 0; i < SAMPLES && between > 0; i++) {
                millis.add(Duration.between(next, now).toNanos() / 1e6 + between * i / SAMPLES);
            }
            shown = next;
            TimeUnit.MILLISECONDS.sleep(REFRESH.toMillis());
        }
        Collections.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "from arrival to the page: p50 %.0f ms, p99 %.0f ms, at most %.0f ms%n",
                millis.get(millis.size() / 2),
                millis.get(millis.size() * 99 / 100),
                millis.get(millis.size() - 1));
        return 0;
    }

    private Instant shown() throws IOException, InterruptedException {
        byte[] answer = http.send(
                        HttpRequest.newBuilder(url.resolve("/api/v1/trending?sort=rising&window=5m"))
                                .build(),
                        BodyHandlers.ofByteArray())
                .body();
        return Instant.parse(
                mapper.readTree(answer).path("window").path("as_of").asText());
    }

    private static void follow(InputStream live, BlockingQueue<Boolean> news) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(live, UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("event: gold")) {
                    news.add(true);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
