package io.tweetlake.ingest;

import io.tweetlake.ingest.source.ArchiveTweetSource;
import io.tweetlake.ingest.source.Delivery;
import io.tweetlake.ingest.source.HosebirdTweetSource;
import io.tweetlake.ingest.source.TweetSource;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.config.Secret;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** ingest-service: sources to bronze topics. */
public final class IngestMain {
    static final ServiceSettings SETTINGS = new ServiceSettings(Topics.INGEST_SERVICE, IngestConfig.class, 8081);

    private static final Duration POLL = Duration.ofMillis(50);

    private IngestMain() {}

    public static void main(String[] arguments) {
        Service.run(SETTINGS, arguments, IngestMain::ingest);
    }

    private static void ingest(Service service) throws IOException, InterruptedException {
        IngestConfig config = service.config(IngestConfig.class);
        check(config);
        Map<String, Object> kafka = service.config(KafkaConfig.class).properties();
        service.topics().createOwn(service);
        String source = config.source().name().toLowerCase(Locale.ROOT);
        Router router = new Router(KeywordMatcher.ofAiKeywords());
        try (BronzePublisher publisher = new BronzePublisher(source, kafka, router, config.commitInterval())) {
            IngestState state = IngestState.read(kafka);
            publisher.resume(state.books());
            publisher.bindTo(service.metrics());
            try (TweetSource tweets = open(config, state.positions())) {
                service.readyWhen(tweets::ready);
                while (!service.stopping() && !tweets.finished()) {
                    Delivery delivery = tweets.poll(POLL);
                    if (delivery != null) {
                        publisher.publish(delivery);
                    }
                    publisher.commitIfDue();
                }
            }
            publisher.commit();
        }
    }

    private static TweetSource open(IngestConfig config, Map<String, SourcePosition> positions) throws IOException {
        InstantSource clock = InstantSource.system();
        return switch (config.source()) {
            case X -> new HosebirdTweetSource(config.x().url(), token(config.x()), config.maxMessageBytes(), clock);
            case ARCHIVE ->
                new ArchiveTweetSource(
                        config.input().orElse(List.of()), positions, rate(config), config.maxMessageBytes(), clock);
        };
    }

    /** What can be known to be wrong before anything is connected. */
    private static void check(IngestConfig config) throws IOException {
        switch (config.source()) {
            case X -> token(config.x());
            case ARCHIVE -> {
                if (config.input().isEmpty()) {
                    throw invalid("the source archive needs ingest.input: files or folders");
                }
                rate(config);
            }
        }
    }

    private static Secret token(IngestConfig.X x) throws IOException {
        if (x.bearerTokenFile().isPresent()) {
            Path file = x.bearerTokenFile().get();
            if (!Files.isReadable(file)) {
                throw invalid("cannot read " + file + " (ingest.x.bearer-token-file)");
            }
            return Secret.of(Files.readString(file).strip());
        }
        return x.bearerToken()
                .orElseThrow(() -> invalid("the source x needs ingest.x.bearer-token or ingest.x.bearer-token-file"));
    }

    private static OptionalLong rate(IngestConfig config) {
        if (config.rate().equals("max")) {
            return OptionalLong.empty();
        }
        if (!config.rate().matches("[1-9][0-9]{0,8}")) {
            throw invalid("ingest.rate is " + config.rate() + "; it must be max or a number of messages a second");
        }
        return OptionalLong.of(Long.parseLong(config.rate()));
    }

    private static InvalidConfigException invalid(String problem) {
        return new InvalidConfigException(List.of(problem));
    }
}
