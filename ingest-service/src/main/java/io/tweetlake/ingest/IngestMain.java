package io.tweetlake.ingest;

import io.tweetlake.ingest.source.GapRefill;
import io.tweetlake.ingest.source.TweetSource;
import io.tweetlake.ingest.source.XRuleKeeper;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.runtime.Service;
import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.config.ServiceSettings;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ingest-service: sources to bronze topics. */
public final class IngestMain {
    static final ServiceSettings SETTINGS = new ServiceSettings(Topics.INGEST_SERVICE, IngestConfig.class, 8081);

    private static final Logger log = LoggerFactory.getLogger(IngestMain.class);
    private static final Duration BUDGET_LOOK = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(50);

    private IngestMain() {}

    public static void main(String[] arguments) {
        Service.run(SETTINGS, arguments, IngestMain::ingest);
    }

    private static void ingest(Service service) throws IOException, InterruptedException {
        Sources sources = Sources.of(service.config(IngestConfig.class), InstantSource.system());
        Map<String, Object> kafka = service.config(KafkaConfig.class).properties();
        service.topics().createOwn(service);
        try (BronzePublisher publisher = new BronzePublisher(sources.name(), kafka, sources.commitInterval())) {
            IngestState state = IngestState.read(kafka);
            publisher.resume(state.books());
            publisher.bindTo(service.metrics());
            try (XRuleKeeper rules = sources.rules();
                    GapRefill refill = sources.refill(rules)) {
                if (rules != null) {
                    rules.start();
                }
                Budget budget = sources.budget(state.spend().values());
                if (!awaitBudget(service, budget)) {
                    return;
                }
                TweetSource source = sources.open(state.positions());
                SourcePosition position = state.positions().get(sources.name());
                Collector collector = new Collector(
                        sources.name(),
                        source,
                        publisher,
                        sources.router(),
                        sources.ledger(position),
                        budget,
                        refill,
                        sources.samplesNearLimit() ? rules : null,
                        position == null ? null : position.cursor(),
                        InstantSource.system());
                collector.bindTo(service.metrics());
                collector.resumeRefills(state.positions().values());
                service.readyWhen(source::ready);
                try {
                    while (!service.stopping() && !source.finished()) {
                        collector.step(POLL);
                    }
                } finally {
                    source.close();
                }
                collector.finish();
                if (source.unreadable() > 0
                        && !service.config(IngestConfig.class).skipUnreadable()) {
                    throw new IOException(source.unreadable()
                            + " inputs could not be read, or not to their ends (see the warnings above);"
                            + " --skip-unreadable=true lets them pass");
                }
            }
        }
    }

    /** Connecting alone may cost posts. False if the service is told to stop. */
    private static boolean awaitBudget(Service service, Budget budget) throws InterruptedException {
        Instant until = budget.exhaustedUntil(Instant.now());
        if (until != null) {
            log.error("the budget is used up; not connecting before {}", until);
        }
        while (budget.exhaustedUntil(Instant.now()) != null) {
            if (service.awaitStop(BUDGET_LOOK)) {
                return false;
            }
        }
        return true;
    }
}
