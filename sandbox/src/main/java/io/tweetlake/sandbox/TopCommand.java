package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tweetlake.runtime.Signals;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what is trending, happy or named most, refreshed in place until Ctrl-C.",
            "Without a terminal it prints once.",
            "",
            "Windows are those of gold: up --set gold.windows=1m,10m or --set gold.happy-windows=10m/10s makes others,",
            "--set gold.happy-time=observed counts by arrival, as older systems did."
        })
final class TopCommand implements Callable<Integer> {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final String CLEAR = "\u001b[H\u001b[2J";

    /** What there is a ranking of. */
    enum Ranking {
        trending,
        happy,
        entities
    }

    @Parameters(paramLabel = "trending|happy|entities", description = "which ranking")
    private Ranking ranking = Ranking.trending;

    @Option(names = "--window", paramLabel = "SIZE", description = "such as 5m (default: the smallest there is)")
    private @Nullable String window;

    @Option(names = "--tier", paramLabel = "ai|generic", description = "one topic only")
    private @Nullable String tier;

    @Option(names = "--lang", paramLabel = "CODE", description = "one language only")
    private @Nullable String lang;

    @Option(
            names = "--sort",
            paramLabel = "mentions|rising",
            description = "of trending and entities (default: mentions)")
    private @Nullable String sort;

    @Option(
            names = "--mode",
            paramLabel = "max|sum",
            description = "of happy: the happiest post, or all (default: max)")
    private @Nullable String mode;

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "10",
            description = "how many (default: ${DEFAULT-VALUE})")
    private int max = 10;

    @Option(names = "--once", description = "print once")
    private boolean once;

    @Option(names = "--json", description = "one JSON object a line, once")
    private boolean json;

    @Option(
            names = "--csv",
            paramLabel = "URI",
            description =
                    "of happy: also write lines \"hourTs, hashtag, countSmiles\" to this file of any Hadoop file system,"
                            + " replaced at each refresh")
    private @Nullable URI csv;

    @Option(names = "--header", description = "begin the CSV file with the names of its columns")
    private boolean header;

    @Option(
            names = "--workdir",
            paramLabel = "DIR",
            defaultValue = TweetlakeMain.DEFAULT_WORKDIR,
            description = "of the sandbox that runs (default: ${DEFAULT-VALUE})")
    private Path workdir = Path.of(TweetlakeMain.DEFAULT_WORKDIR);

    @Option(names = "--url", paramLabel = "URL", description = "of another serving-api than the sandbox's")
    private @Nullable URI url;

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper mapper = new JsonMapper();

    @Override
    public Integer call() throws Exception {
        if (csv != null && ranking != Ranking.happy) {
            throw new UsageException("--csv goes with: top happy");
        }
        URI api = api();
        boolean live = !once && !json && Boolean.getBoolean("tweetlake.terminal.out");
        CountDownLatch interrupted = new CountDownLatch(1);
        Signals.onStop(interrupted::countDown);
        do {
            JsonNode answer = ask(api, path() + "?" + parameters(api));
            List<List<Object>> rows = rows(answer);
            if (csv != null) {
                HappyCsv.write(csv, header, answer);
            }
            if (json) {
                Rows.print(columns(), rows, true);
            } else {
                System.out.print((live ? CLEAR : "") + heading(answer.path("window")));
                Rows.print(columns(), rows, false);
            }
            if (System.out.checkError()) {
                return 0; // the reader, such as head, has gone
            }
        } while (live && !interrupted.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        return 0;
    }

    private URI api() throws IOException {
        if (url != null) {
            return url;
        }
        return new Workdir(workdir)
                .running()
                .map(Workdir.Running::dashboard)
                .orElseThrow(() -> new UsageException("no sandbox runs in " + workdir
                        + "; start one with ./tweetlake up, or name another server with --url"));
    }

    private String path() {
        return switch (ranking) {
            case trending -> "trending";
            case happy -> "happiest";
            case entities -> "entities";
        };
    }

    private String parameters(URI api) throws IOException, InterruptedException {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("window", window == null ? smallest(api) : window);
        parameters.put("limit", String.valueOf(max));
        put(parameters, "tier", tier);
        put(parameters, "lang", lang);
        put(parameters, "sort", sort);
        put(parameters, "mode", mode);
        return parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static void put(Map<String, String> parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }

    private String smallest(URI api) throws IOException, InterruptedException {
        JsonNode sizes = ask(api, "windows").path(ranking == Ranking.happy ? "happy_sizes" : "sizes");
        return sizes.isEmpty() ? "1h" : sizes.get(0).asText();
    }

    private JsonNode ask(URI api, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + "/api/v1/" + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        HttpResponse<byte[]> answer;
        try {
            answer = http.send(request, BodyHandlers.ofByteArray());
        } catch (ConnectException e) {
            throw new IOException("no server answers at " + api, e);
        }
        JsonNode body = mapper.readTree(answer.body());
        if (answer.statusCode() == 400) {
            throw new UsageException(body.path("detail").asText());
        }
        if (answer.statusCode() != 200) {
            throw new IOException(body.path("detail").asText());
        }
        return body;
    }

    private static String heading(JsonNode window) {
        return String.format(
                Locale.ROOT,
                "%s to %s · %s · posts up to %s%n",
                window.path("start").asText(),
                window.path("end").asText(),
                window.path("state").asText(),
                window.path("as_of").asText());
    }

    private List<String> columns() {
        return switch (ranking) {
            case trending -> List.of("rank", "hashtag", "mentions", "originals", "authors", "rising");
            case happy -> List.of("rank", "hashtag", "smiles", "posts");
            case entities -> List.of("rank", "entity", "type", "mentions", "originals", "authors", "rising");
        };
    }

    private List<List<Object>> rows(JsonNode answer) {
        List<List<Object>> rows = new ArrayList<>();
        for (JsonNode item : answer.path("items")) {
            List<Object> row = new ArrayList<>(List.of(item.path("rank").asInt()));
            if (ranking == Ranking.happy) {
                row.add(item.path("hashtag").asText());
                row.add(item.path("smiles").asLong());
                row.add(item.path("posts").asLong());
            } else {
                row.add(item.path("name").asText());
                if (ranking == Ranking.entities) {
                    row.add(item.path("type").asText());
                }
                row.add(item.path("mentions").asLong());
                row.add(item.path("originals").asLong());
                row.add(item.path("authors").asLong());
                row.add(item.has("rising") ? Math.round(10 * item.path("rising").asDouble()) / 10.0 : "");
            }
            rows.add(row);
        }
        return rows;
    }
}
