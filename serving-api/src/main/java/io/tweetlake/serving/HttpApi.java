package io.tweetlake.serving;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.staticfiles.Location;
import io.tweetlake.model.Json;
import io.tweetlake.model.Keys;
import io.tweetlake.serving.Trending.Mentioned;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32C;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes, and what holds for all of them: headers, errors as problem documents, bounds. */
final class HttpApi {
    private static final Logger log = LoggerFactory.getLogger(HttpApi.class);
    private static final String API = "/api/v1";
    private static final int MAX_HASHTAG = Keys.MAX_HASHTAG;
    private static final int THREADS = 64;

    /** A page of this server alone: no script, style, frame or connection of anyone else's. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private HttpApi() {}

    /** A handler that reads the database. */
    @FunctionalInterface
    private interface Query {
        Object answer(Context request) throws SQLException;
    }

    /**
     * Where a server stands.
     *
     * @param path that everything lies below, {@code /} or one that ends without a slash
     * @param forwarded whether a proxy before it says who asks
     */
    record Place(String path, boolean forwarded) {
        static final Place ALONE = new Place("/", false);
    }

    /** What the {@code gold} routes need. */
    record GoldParts(Gold gold, Live live, Ticker ticker, Pipeline pipeline) {}

    /**
     * A server that is not started yet, with one part or both.
     *
     * @param followers pages that follow live, of which each takes a thread
     * @param place where it stands
     */
    static Javalin create(@Nullable GoldParts gold, @Nullable Ner ner, int followers, Place place) {
        return Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.http.maxRequestSize = Ner.MAX_BODY;
            config.http.defaultContentType = "application/json";
            config.jetty.modifyHttpConfiguration(jetty -> {
                jetty.setSendServerVersion(false);
                jetty.setRequestHeaderSize(16 * 1024);
                if (place.forwarded) {
                    jetty.addCustomizer(new ForwardedRequestCustomizer());
                }
            });
            config.jetty.threadPool = new QueuedThreadPool(THREADS + followers);
            config.router.contextPath = place.path;
            config.routes.before(HttpApi::secure);
            config.routes.before("/", request -> {
                // The page's own addresses are relative to its folder.
                if (!request.req().getRequestURI().endsWith("/")) {
                    request.redirect(place.path + "/");
                }
            });
            problems(config);
            if (gold != null) {
                gold(config, gold);
                config.staticFiles.add(files -> {
                    files.hostedPath = "/";
                    files.directory = "/dashboard";
                    files.location = Location.CLASSPATH;
                    files.headers = Map.of("Cache-Control", "no-cache");
                });
            }
            if (ner != null) {
                config.routes.post(API + "/ner", ner::answer);
                config.routes.post("/text/ner/spacy", ner::historicAnswer);
                config.routes.post("/spacy/api/v0.1/ner", ner::historicAnswer);
            }
            config.routes.get(API + "/openapi.json", request -> request.result(resource("openapi.json")));
        });
    }

    private static void gold(JavalinConfig config, GoldParts parts) {
        Gold gold = parts.gold();
        get(config, "/windows", request -> gold.windows());
        get(
                config,
                "/trending",
                request -> gold.trending(
                        Mentioned.HASHTAGS,
                        View.of(request, "1h", "sort", List.of("mentions", "rising"), Set.of()),
                        ""));
        get(
                config,
                "/entities",
                request -> gold.trending(
                        Mentioned.ENTITIES,
                        View.of(request, "1h", "sort", List.of("mentions", "rising"), Set.of("type")),
                        type(request)));
        get(
                config,
                "/happiest",
                request -> gold.happiest(View.of(request, "1h", "mode", List.of("max", "sum"), Set.of())));
        get(
                config,
                "/volume",
                request -> gold.volume(
                        View.of(request, "5m", "", List.of(), Set.of("points")),
                        View.number(request, "points", 36, 1, 1_000)));
        get(config, "/languages", request -> gold.languages(View.of(request, "1h", "", List.of(), Set.of())));
        get(config, "/places", request -> gold.places(View.of(request, "1h", "", List.of(), Set.of())));
        get(
                config,
                "/hashtags/{hashtag}",
                request -> gold.hashtag(
                        hashtag(request),
                        View.of(request, "1h", "", List.of(), Set.of("from", "to")),
                        View.time(request, "from"),
                        View.time(request, "to")));
        get(config, "/tweets", request -> parts.ticker().recent());
        get(config, "/pipeline", request -> parts.pipeline().state());
        config.routes.get(API + "/live", parts.live()::follow);
    }

    private static void get(JavalinConfig config, String path, Query query) {
        config.routes.get(API + path, request -> {
            request.header("Cache-Control", "no-cache");
            try {
                json(request, query.answer(request));
            } catch (SQLException e) {
                log.warn("Postgres did not answer: {}", e.getMessage());
                throw Problem.notYet("the database does not answer, or gold-aggregator has not made its tables yet");
            }
        });
    }

    private static String type(Context request) {
        String type = View.parameter(request, "type", "");
        if (!type.matches("[A-Z_]{0,40}")) {
            throw Problem.badRequest("type is a kind of entity, such as PERSON");
        }
        return type;
    }

    private static String hashtag(Context request) {
        String hashtag = request.pathParam("hashtag");
        if (hashtag.isEmpty() || hashtag.length() > MAX_HASHTAG || hashtag.indexOf('\0') >= 0) {
            throw Problem.badRequest("a hashtag has 1 to " + MAX_HASHTAG + " characters");
        }
        String bare = hashtag.startsWith("#") ? hashtag.substring(1) : hashtag;
        return Keys.hashtag(bare);
    }

    /** An answer; who has it already is told that, and not sent it again. */
    static void json(Context request, Object answer) {
        try {
            byte[] json = Json.write(answer);
            request.contentType("application/json");
            if (request.method().equals(HandlerType.GET)) {
                CRC32C checksum = new CRC32C();
                checksum.update(json);
                String tag = "\"%08x-%x\"".formatted(checksum.getValue(), json.length);
                request.header("ETag", tag);
                if (tag.equals(request.header("If-None-Match"))) {
                    request.status(304);
                    return;
                }
            }
            request.result(json);
        } catch (IOException e) {
            throw new IllegalStateException("cannot write an answer", e);
        }
    }

    private static void secure(Context request) {
        request.header("Content-Security-Policy", POLICY);
        request.header("X-Content-Type-Options", "nosniff");
        request.header("Referrer-Policy", "no-referrer");
        request.header("Cross-Origin-Opener-Policy", "same-origin");
        request.header("Cross-Origin-Resource-Policy", "same-origin");
    }

    private static void problems(JavalinConfig config) {
        config.routes.exception(Problem.class, (problem, request) -> answer(request, problem));
        config.routes.exception(
                HttpResponseException.class,
                (problem, request) -> answer(
                        request,
                        Problem.of(
                                problem.getStatus(),
                                String.valueOf(problem.getMessage()),
                                String.valueOf(problem.getMessage()))));
        config.routes.exception(Exception.class, (failure, request) -> {
            log.error("{} {} failed: {}", request.method(), request.path(), failure.toString());
            log.debug("the cause", failure);
            answer(request, Problem.of(500, "Internal error", "the server failed; its log says why"));
        });
    }

    private static void answer(Context request, Problem problem) {
        request.status(problem.status());
        if (problem.status() == 429 || problem.status() == 503) {
            request.header("Retry-After", "1");
        }
        json(request, problem.document());
        request.contentType("application/problem+json");
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream resource = Objects.requireNonNull(HttpApi.class.getResourceAsStream(name), name)) {
            return resource.readAllBytes();
        }
    }
}
