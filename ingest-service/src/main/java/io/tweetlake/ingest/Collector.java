package io.tweetlake.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.tweetlake.ingest.source.Delivery;
import io.tweetlake.ingest.source.GapRefill;
import io.tweetlake.ingest.source.OpenGap;
import io.tweetlake.ingest.source.SourceEvent;
import io.tweetlake.ingest.source.TweetSource;
import io.tweetlake.ingest.source.XRuleKeeper;
import io.tweetlake.model.Notice;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.model.Spend;
import io.tweetlake.model.StreamInterval;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what a source says to where it belongs: messages to bronze, connections to the ledger, posts that cost money to
 * the budget; and holds the source back when the budget is used up. Not thread-safe.
 */
final class Collector {
    private static final Logger log = LoggerFactory.getLogger(Collector.class);

    private static final String BUDGET_USED_UP = "the budget is used up";

    private final String name;
    private final TweetSource source;
    private final BronzePublisher publisher;
    private final Router router;
    private final ConnectionLedger ledger;
    private final Budget budget;
    private final @Nullable GapRefill refill;
    private final @Nullable XRuleKeeper sampled;
    private final InstantSource clock;
    private final AtomicLong refilled = new AtomicLong();
    private @Nullable String cursor;
    private @Nullable Instant heldUntil;
    private @Nullable Instant lastEventAt;
    private volatile boolean connected;

    /**
     * @param name the source's
     * @param refill null if gaps stay as they are
     * @param cursor where the source's server goes on from, or the last post of a server without cursors; null at first
     * @param sampled whose rules take a tenth only when the budget is nearly used up; null if they stay as they are
     */
    Collector(
            String name,
            TweetSource source,
            BronzePublisher publisher,
            Router router,
            ConnectionLedger ledger,
            Budget budget,
            @Nullable GapRefill refill,
            @Nullable XRuleKeeper sampled,
            @Nullable String cursor,
            InstantSource clock) {
        this.name = name;
        this.source = source;
        this.publisher = publisher;
        this.router = router;
        this.ledger = ledger;
        this.budget = budget;
        this.refill = refill;
        this.sampled = sampled;
        this.cursor = cursor;
        this.clock = clock;
    }

    void bindTo(MeterRegistry metrics) {
        metrics.gauge("ingest.connected", this, collector -> collector.connected ? 1 : 0);
        metrics.gauge("ingest.posts.today", this, collector -> collector.budget.today(collector.clock.instant()));
        metrics.gauge("ingest.posts.month", this, collector -> collector.budget.month(collector.clock.instant()));
        metrics.gauge("ingest.spent.month", this, collector -> collector.budget.spent(collector.clock.instant()));
    }

    /** Waits this long for something, and takes it. */
    void step(Duration atMost) throws IOException, InterruptedException {
        respectBudget();
        SourceEvent event = source.poll(atMost);
        if (event != null) {
            take(event);
        }
        GapRefill.Part part = refill == null ? null : refill.poll();
        if (part != null) {
            take(part);
        }
        // Behind a slow Kafka, events are older than now.
        ledger.tick(event == null ? clock.instant() : event.at());
        publishIntervals();
        if (publisher.isCommitDue()) {
            commit();
        }
    }

    /** Takes what the source received before it was closed. */
    void finish() throws IOException, InterruptedException {
        SourceEvent event = source.poll(Duration.ZERO);
        while (event != null) {
            take(event);
            event = source.poll(Duration.ZERO);
        }
        publishIntervals();
        commit();
    }

    private void take(SourceEvent event) {
        ledger.on(event);
        lastEventAt = event.at();
        if (event instanceof SourceEvent.Connected) {
            connected = true;
            refillLastGap();
        } else if (event instanceof SourceEvent.Disconnected) {
            connected = false;
        } else if (event instanceof Delivery delivery) {
            take(delivery);
        }
        publisher.begin();
    }

    private void take(Delivery delivery) {
        Routed routed = publish(delivery);
        for (Notice notice : routed.notices()) {
            ledger.notice(notice, delivery.at());
        }
        routed.postIds().forEach(ledger::post);
        SourcePosition read = delivery.position();
        if (!ledger.isOpen() && read != null) {
            publisher.position(read);
        } else if (read != null) {
            cursor = read.cursor();
        } else if (!routed.postIds().isEmpty()) {
            cursor = routed.postIds().get(routed.postIds().size() - 1);
        }
    }

    /** Asks for what gaps of earlier processes kept back and was not fetched to its end. */
    void resumeRefills(Collection<SourcePosition> positions) {
        if (refill != null) {
            positions.stream().filter(OpenGap::isOne).map(OpenGap::of).forEach(this::refill);
        }
    }

    /** What was not taken to save money is not bought afterwards. */
    private void refillLastGap() {
        StreamInterval gap = refill == null ? null : ledger.takeClosedGap();
        if (gap != null
                && !String.valueOf(gap.cause()).startsWith(BUDGET_USED_UP)
                && !budget.isNearlyExhausted(clock.instant())) {
            refill(new OpenGap(gap));
        }
    }

    private void refill(OpenGap gap) {
        publisher.position(gap.position(false));
        Objects.requireNonNull(refill).fill(gap);
    }

    private void take(GapRefill.Part part) {
        Delivery page = part.page();
        if (page != null) {
            refilled.addAndGet(publish(page).postIds().size());
            return;
        }
        long posts = refilled.getAndSet(0);
        StreamInterval gap = part.gap().interval();
        log.info("refilled the gap from {} to {}: {} posts", gap.startedAt(), gap.endedAt(), posts);
        ledger.refilled(gap.startedAt(), gap.endedAt(), posts, part.how());
        publisher.position(part.gap().position(true));
    }

    private Routed publish(Delivery delivery) {
        if (delivery.bytes().length == 0 && delivery.problem() == null) {
            return Routed.nothing();
        }
        Routed routed = router.route(delivery);
        publisher.publish(routed);
        budget.took(
                routed.postIds().size() + (long) routed.filtered().getOrDefault(Router.TOO_FEW_LIKES, 0),
                delivery.at());
        return routed;
    }

    private void publishIntervals() {
        for (StreamInterval interval : ledger.takeNews()) {
            publisher.note(Topics.BRONZE_GAPS, name, interval);
        }
    }

    private void commit() {
        // Not until now: what waits behind a slow Kafka would be lost by a kill, and must lie in the gap.
        if (ledger.isOpen() && lastEventAt != null) {
            publisher.position(SourcePosition.interval(name, false, cursor, ledger.open(lastEventAt)));
        }
        for (Spend spend : budget.takeChanges()) {
            publisher.note(Topics.SPEND_INGEST_SERVICE, spend.key(), spend);
        }
        publisher.commit();
    }

    private void respectBudget() {
        Instant now = clock.instant();
        Instant until = budget.exhaustedUntil(now);
        // An attempt that was under way may have connected behind the last hold.
        if (until != null && (!until.equals(heldUntil) || source.ready())) {
            log.error(
                    "{}: {} posts today, {} this month; holding the stream until {}",
                    BUDGET_USED_UP,
                    budget.today(now),
                    budget.month(now),
                    until);
            source.holdUntil(until, BUDGET_USED_UP);
            if (refill != null) {
                refill.holdUntil(until);
            }
        }
        heldUntil = until;
        if (sampled != null) {
            sampled.sample(budget.isNearlyExhausted(now));
        }
    }
}
