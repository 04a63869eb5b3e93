package io.tweetlake.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.Javalin;
import io.javalin.util.JavalinException;
import io.tweetlake.model.Json;
import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.config.Secret;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.serving.ServingConfig.Routes;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** serving-api: what people and programs look at. */
public final class ServingMain {
    static final ServiceSettings SETTINGS = new ServiceSettings(Topics.SERVING_API, ServingConfig.class, 8085);

    private static final Logger log = LoggerFactory.getLogger(ServingMain.class);
    private static final int PORT = 5001;
    private static final int NER_PORT = 5000;

    private ServingMain() {}

    public static void main(String[] arguments) {
        Service.run(SETTINGS, arguments, ServingMain::serve);
    }

    private static void serve(Service service) throws Exception {
        ServingConfig config = service.config(ServingConfig.class);
        if (config.routes().isEmpty()) {
            throw new InvalidConfigException(List.of("serving.routes is empty; it is gold, ner or both"));
        }
        Ner ner = config.routes().contains(Routes.NER)
                ? new Ner(config.nerConcurrency().orElse(Runtime.getRuntime().availableProcessors()))
                : null;
        if (config.routes().contains(Routes.GOLD)) {
            serveGold(service, config, ner);
        } else {
            serve(service, config, HttpApi.create(null, ner, 0, place(config)), NER_PORT, ner, () -> {});
        }
    }

    private static void serveGold(Service service, ServingConfig config, @Nullable Ner ner) throws Exception {
        Map<String, Object> kafka = service.config(KafkaConfig.class).properties();
        try (Database database = new Database(
                        config.postgresUrl(),
                        config.postgresUser(),
                        config.postgresPassword().map(Secret::reveal).orElse(""));
                Live live = new Live(database, config.liveClients());
                Pipeline pipeline = new Pipeline(kafka);
                Ticker ticker = new Ticker(
                        kafka,
                        tick -> live.send("tweet", write(tick)),
                        id -> live.send("retract", write(Map.of("id", id))))) {
            Javalin server = HttpApi.create(
                    new HttpApi.GoldParts(new Gold(database), live, ticker, pipeline),
                    ner,
                    config.liveClients(),
                    place(config));
            serve(service, config, server, PORT, ner, live::close);
        }
    }

    private static void serve(
            Service service,
            ServingConfig config,
            Javalin server,
            int defaultPort,
            @Nullable Ner ner,
            Runnable beforeStop)
            throws InterruptedException, IOException {
        int port = config.port().orElse(defaultPort);
        try {
            server.start(config.host(), port);
        } catch (JavalinException e) {
            throw new IOException("cannot serve on port %d of %s (serving.port)".formatted(port, config.host()), e);
        }
        log.info("serving {} on http://{}:{}", config.routes(), config.host(), server.port());
        service.readyWhen(() -> ner == null || ner.isReady());
        service.awaitStop();
        beforeStop.run();
        server.stop();
    }

    private static HttpApi.Place place(ServingConfig config) {
        String path = config.path();
        if (!path.matches("(/[\\w.~-]+)*/?")) {
            throw new InvalidConfigException(
                    List.of("serving.path is " + path + "; it must be a path such as /tweetlake"));
        }
        return new HttpApi.Place(
                path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
                config.forwarded());
    }

    private static String write(Object event) {
        try {
            return new String(Json.write(event), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
