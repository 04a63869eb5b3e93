package io.tweetlake.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.gold.GoldMain;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.PostgresNode;
import io.tweetlake.serving.ServingMain;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "serving",
        mixinStandardHelpOptions = true,
        description = {
            "serving-api as a process: each REST route over 30 days of windows in an embedded Postgres, one request at a time",
            "at random times, then the entity endpoint at a steady rate. Prints how long the answers took."
        })
final class ServingBenchmark implements Callable<Integer> {
    private static final Instant END = Instant.parse("2026-01-31T00:00:00Z");
    private static final int DAYS = 30;
    private static final List<String> ROUTES = List.of(
            "trending?window=5m&sort=mentions",
            "trending?window=5m&sort=rising",
            "trending?window=1h&sort=rising",
            "trending?window=1d&sort=mentions",
            "trending?window=1d&sort=rising",
            "trending?window=1h&tier=ai&lang=en",
            "happiest?window=1h",
            "volume?window=5m&points=36",
            "languages?window=1d",
            "hashtags/tag7?window=1h");
    private static final String TEXT =
            "Barack Obama and Angela Merkel met in Berlin %d to talk about the United Nations, Acme Corporation and #AI";

    @Option(
            names = "--cpus",
            paramLabel = "LIST",
            defaultValue = "",
            description = "cores for the process, as taskset takes them")
    private String cpus = "";

    @Option(
            names = "--tags",
            paramLabel = "N",
            defaultValue = "300",
            description = "hashtags of a five-minute window; an"
                    + " hour has four times, a day thirty times as many (default: ${DEFAULT-VALUE})")
    private int tags = 300;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "300",
            description = "of a route (default: ${DEFAULT-VALUE})")
    private int requests = 300;

    @Option(
            names = "--ner-rate",
            paramLabel = "N",
            defaultValue = "200",
            description = "texts a second (default: ${DEFAULT-VALUE})")
    private int nerRate = 200;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Random random = new Random(1);

    @Override
    @SuppressWarnings("try") // the server is there to be asked
    public Integer call() throws Exception {
        Path work = Files.createTempDirectory("tweetlake-benchmark");
        int postgresPort = FreePort.find();
        int port = FreePort.find();
        String database = "jdbc:postgresql://localhost:" + postgresPort + "/postgres";
        try (PostgresNode postgres = PostgresNode.start(work.resolve("postgres"), postgresPort)) {
            fill(database);
            Process serving = Processes.java(
                    cpus,
                    "512m",
                    List.of(
                            "-cp",
                            System.getProperty("java.class.path"),
                            ServingMain.class.getName(),
                            "--kafka.bootstrap.servers=localhost:9",
                            "--serving.postgres-url=" + database,
                            "--serving.postgres-user=postgres",
                            "--serving.port=" + port,
                            "--health.port=0"),
                    work.resolve("serving.log").toFile());
            try {
                URI api = URI.create("http://localhost:" + port + "/");
                warmUp(api);
                for (String route : ROUTES) {
                    measure(api, route);
                }
                measureNer(api);
            } finally {
                serving.destroy();
                serving.waitFor();
            }
        } finally {
            Processes.delete(work);
        }
        return 0;
    }

    /** Zipf-like counts, in four languages and two tiers. */
    private void fill(String database) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection(database, "postgres", "");
                Statement statement = connection.createStatement()) {
            for (String migration : List.of("V1__gold.sql", "V2__ranked.sql")) {
                try (InputStream sql = Objects.requireNonNull(
                        GoldMain.class.getResourceAsStream("/db/migration/" + migration), migration)) {
                    statement.execute(new String(sql.readAllBytes(), UTF_8));
                }
            }
            windows(statement, 300, tags);
            windows(statement, 3_600, 4 * tags);
            windows(statement, 86_400, 30 * tags);
            statement.execute("INSERT INTO progress VALUES (true, '" + END + "', 86400)");
            statement.execute("VACUUM ANALYZE"); // as autovacuum does in a day
            try (var rows = statement.executeQuery("SELECT count(*) FROM hashtag_counts")) {
                rows.next();
                System.err.printf(Locale.ROOT, "%,d rows of hashtags in Postgres%n", rows.getLong(1));
            }
        }
    }

    private static void windows(Statement statement, int seconds, int tags) throws SQLException {
        String each =
                "FROM generate_series(timestamptz '%s' - interval '%d days', timestamptz '%s', interval '%d seconds') AS w"
                        .formatted(END, DAYS, END, seconds);
        statement.execute("""
                INSERT INTO hashtag_counts SELECT %d, w, 'tag' || t, (ARRAY['ai', 'generic'])[1 + t %% 2],
                  (ARRAY['en', 'es', 'ja', 'pt'])[1 + t %% 4], 15, 1 + (%d * (0.5 + random()) / t)::int, 1, 1, 0
                """.formatted(seconds, seconds) + each + " CROSS JOIN generate_series(1, " + tags + ") AS t");
        statement.execute(
                """
                INSERT INTO volume SELECT %d, w, t, l, %d, 1, 1, 1
                """.formatted(seconds, seconds)
                        + each
                        + " CROSS JOIN unnest(ARRAY['ai', 'generic']) AS t CROSS JOIN unnest(ARRAY['en', 'es', 'ja', 'pt']) AS l");
        if (seconds == 3_600) {
            statement.execute("INSERT INTO happy_hashtags SELECT 3600, w, 'tag' || t, 'ai', 'en', 15, 1, t, t " + each
                    + " CROSS JOIN generate_series(1, 200) AS t");
        }
    }

    private void warmUp(URI api) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        int answered = 0;
        while (answered < 400 && System.nanoTime() < until) {
            try {
                answered += get(api, ROUTES.get(answered % ROUTES.size())) == 200 ? 1 : 0;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100); // it is starting
            }
        }
    }

    private void measure(URI api, String route) throws IOException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            String at =
                    END.minusSeconds(random.nextInt(DAYS * 86_400 - 200_000)).toString();
            String asked = route.startsWith("hashtags") ? route + "&to=" + at : route + "&at=" + at;
            long start = System.nanoTime();
            int status = get(api, asked);
            nanos.add(System.nanoTime() - start);
            if (status != 200) {
                throw new IOException(asked + " answered " + status);
            }
        }
        print(route, nanos);
    }

    private int get(URI api, String route) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(api.resolve("api/v1/" + route)).build(), BodyHandlers.ofByteArray())
                .statusCode();
    }

    /** Sent when they are due, whether or not the ones before have been answered; every text is new. */
    private void measureNer(URI api) throws InterruptedException {
        for (boolean warm : List.of(false, true)) {
            ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
            ConcurrentLinkedQueue<Integer> refused = new ConcurrentLinkedQueue<>();
            List<CompletableFuture<?>> answers = new ArrayList<>();
            long begin = System.nanoTime();
            int texts = nerRate * 20;
            for (int i = 0; i < texts; i++) {
                long due = begin + i * 1_000_000_000L / nerRate;
                while (System.nanoTime() < due) {
                    TimeUnit.MICROSECONDS.sleep(200);
                }
                String body = "{\"text\":\"" + TEXT.formatted(random.nextInt()) + "\"}";
                answers.add(http.sendAsync(
                                HttpRequest.newBuilder(api.resolve("api/v1/ner"))
                                        .POST(BodyPublishers.ofString(body))
                                        .build(),
                                BodyHandlers.ofByteArray())
                        .thenAccept((HttpResponse<byte[]> answer) -> {
                            nanos.add(System.nanoTime() - due);
                            if (answer.statusCode() != 200) {
                                refused.add(answer.statusCode());
                            }
                        }));
            }
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
            if (warm) {
                print("ner at " + nerRate + "/s, " + refused.size() + " refused", new ArrayList<>(nanos));
            }
        }
    }

    private static void print(String what, List<Long> nanos) {
        Collections.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%-40s p50 %6.1f ms  p99 %6.1f ms  at most %6.1f ms%n",
                what,
                nanos.get(nanos.size() / 2) / 1e6,
                nanos.get(nanos.size() * 99 / 100) / 1e6,
                nanos.get(nanos.size() - 1) / 1e6);
    }
}
