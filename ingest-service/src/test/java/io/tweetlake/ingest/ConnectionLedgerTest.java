package io.tweetlake.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.ingest.source.SourceEvent.Connected;
import io.tweetlake.ingest.source.SourceEvent.Disconnected;
import io.tweetlake.ingest.source.SourceEvent.KeepAlive;
import io.tweetlake.ingest.source.SourceEvent.Refused;
import io.tweetlake.ingest.source.SourceEvent.Resumed;
import io.tweetlake.ingest.source.SourceEvent.Skipped;
import io.tweetlake.model.Notice;
import io.tweetlake.model.StreamInterval;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionLedgerTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ConnectionLedger ledger = new ConnectionLedger("x", null, null);

    @Test
    void tellsIntervalsThatFollowEachOtherWithoutAHole() {
        ledger.on(new Connected(at(0), "x-1"));
        ledger.post("10");
        ledger.post("11");
        ledger.on(new KeepAlive(at(5)));
        ledger.on(new Disconnected(at(10), "the server closed the stream"));
        ledger.on(new Refused(at(11), "HTTP 503"));
        ledger.on(new Refused(at(16), "HTTP 503"));
        ledger.on(new Connected(at(26), "x-2"));
        ledger.on(new KeepAlive(at(30)));
        ledger.tick(at(86));
        List<StreamInterval> intervals = ledger.takeNews();
        assertThat(intervals)
                .containsExactly(
                        new StreamInterval("x", "connected", at(0), at(10), "x-1", null, 2, 1, 0, 0, "10", "11"),
                        new StreamInterval(
                                "x", "disconnected", at(10), at(26), null, "HTTP 503", 0, 0, 2, 0, null, "11"),
                        new StreamInterval("x", "silent", at(26), at(86), "x-2", null, 0, 1, 0, 0, null, null));
        assertThat(ledger.takeNews()).isEmpty();
    }

    @Test
    void endsAnIntervalAfterAMinute() {
        ledger.on(new Connected(at(0), "x-1"));
        ledger.tick(at(59));
        assertThat(ledger.takeNews()).isEmpty();
        ledger.tick(at(60));
        ledger.post("1");
        ledger.tick(at(120));
        assertThat(ledger.takeNews())
                .extracting(StreamInterval::state, StreamInterval::startedAt, StreamInterval::endedAt)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("silent", at(0), at(60)),
                        org.assertj.core.api.Assertions.tuple("connected", at(60), at(120)));
    }

    @Test
    void goesOnFromWhatAKilledProcessLeftOpen() {
        ledger.on(new Connected(at(0), "x-1"));
        ledger.post("11");
        StreamInterval open = ledger.open(at(7));
        ConnectionLedger restarted = new ConnectionLedger("x", open, "11");
        restarted.on(new Connected(at(100), "x-1"));
        assertThat(restarted.takeNews())
                .containsExactly(
                        new StreamInterval("x", "connected", at(0), at(7), "x-1", null, 1, 0, 0, 0, "11", "11"),
                        new StreamInterval(
                                "x",
                                "disconnected",
                                at(7),
                                at(100),
                                null,
                                "ingest-service was not running",
                                0,
                                0,
                                0,
                                0,
                                null,
                                "11"));
    }

    @Test
    void goesOnWithAGapThatAKilledProcessLeftOpen() {
        ledger.on(new Connected(at(0), "x-1"));
        ledger.post("11");
        ledger.on(new Disconnected(at(5), "gone"));
        ConnectionLedger restarted = new ConnectionLedger("x", ledger.open(at(7)), "11");
        restarted.on(new Connected(at(100), "x-1"));
        assertThat(restarted.takeNews())
                .extracting(StreamInterval::state, StreamInterval::startedAt, StreamInterval::endedAt)
                .containsExactly(org.assertj.core.api.Assertions.tuple("disconnected", at(5), at(100)));
    }

    @Test
    void givesAWholeGapToBeRefilledOnce() {
        ledger.on(new Connected(at(0), "x-1"));
        ledger.post("11");
        ledger.on(new Disconnected(at(10), "gone"));
        ledger.tick(at(70));
        ledger.tick(at(130));
        ledger.on(new Connected(at(150), "x-2"));
        StreamInterval gap = ledger.takeClosedGap();
        assertThat(gap.startedAt()).isEqualTo(at(10));
        assertThat(gap.endedAt()).isEqualTo(at(150));
        assertThat(gap.lastPostId()).isEqualTo("11");
        assertThat(ledger.takeClosedGap()).isNull();
    }

    @Test
    void saysThatAGapIsFilledWhereTheStreamIsResumed() {
        ledger.on(new Connected(at(0), "bluesky-1"));
        ledger.on(new Disconnected(at(10), "gone"));
        ledger.on(new Connected(at(20), "bluesky-2"));
        ledger.on(new Resumed(at(20)));
        assertThat(ledger.takeNews())
                .extracting(StreamInterval::state)
                .containsExactly("silent", "disconnected", "refilled");
    }

    @Test
    void saysWhatTheServerHasForgotten() {
        ledger.on(new Connected(at(0), "bluesky-1"));
        ledger.on(new Skipped(at(1), at(-5_000), at(-100), "too old"));
        assertThat(ledger.takeNews())
                .extracting(StreamInterval::state, StreamInterval::startedAt, StreamInterval::endedAt)
                .containsExactly(org.assertj.core.api.Assertions.tuple("disconnected", at(-5_000), at(-100)));
    }

    @Test
    void countsWhatALimitNoticeAddsToTheLastOne() {
        ledger.on(new Connected(at(0), "x-1"));
        ledger.notice(limit(100), at(10));
        ledger.notice(limit(150), at(20));
        assertThat(ledger.takeNews())
                .extracting(StreamInterval::state, StreamInterval::startedAt, StreamInterval::undelivered)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("limited", at(0), 100L),
                        org.assertj.core.api.Assertions.tuple("limited", at(10), 50L));
    }

    @Test
    void takesNoNoticeOfAnArchiveForItsOwn() {
        ledger.notice(limit(100), at(10));
        assertThat(ledger.takeNews()).isEmpty();
    }

    @Test
    void tellsTheServersLastWords() {
        ledger.on(new Connected(at(0), "x-1"));
        ledger.notice(notice(Notice.ERRORS, "UpstreamOperationalDisconnect", null), at(9));
        ledger.on(new Disconnected(at(10), "the server closed the stream"));
        ledger.on(new Connected(at(11), "x-2"));
        assertThat(ledger.takeNews().get(1).cause())
                .isEqualTo("UpstreamOperationalDisconnect; the server closed the stream");
    }

    private static Notice limit(long undelivered) {
        return notice(Notice.LIMIT, null, undelivered);
    }

    private static Notice notice(String kind, String reason, Long undelivered) {
        return new Notice("x", kind, null, null, null, null, List.of(), null, reason, undelivered, null);
    }

    private static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }
}
