package io.tweetlake.ingest.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Requests to the X API that are answered at once. Thread-safe. Source: docs.x.com, OpenAPI 2.167. */
public final class XApi {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http;
    private final URI server;
    private final Credentials credentials;

    public XApi(URI server, Credentials credentials, Network network) {
        this.http = network.client();
        this.server = server;
        this.credentials = credentials;
    }

    /** An answer with its whole body. */
    record Response(Answer answer, byte[] body) {
        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    Response get(String path, Map<String, String> query) throws IOException, InterruptedException {
        return send(request(path, query).GET());
    }

    Response post(String path, Map<String, String> query, JsonNode body) throws IOException, InterruptedException {
        return send(request(path, query)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    Response delete(String path) throws IOException, InterruptedException {
        return send(request(path, Map.of()).DELETE());
    }

    private HttpRequest.Builder request(String path, Map<String, String> query) throws IOException {
        String parameters = query.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(server.resolve(parameters.isEmpty() ? path : path + "?" + parameters))
                .timeout(BOUND)
                .header("Authorization", credentials.header().reveal());
    }

    private Response send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        Map<String, String> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        String words = response.statusCode() / 100 == 2 ? "" : new String(response.body(), StandardCharsets.UTF_8);
        return new Response(new Answer(response.statusCode(), headers, words), response.body());
    }
}
