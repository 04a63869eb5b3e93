package io.tweetlake.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.benchmarks.ConllText.Span;
import io.tweetlake.model.Entity;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConllTextTest {
    private static final ConllText TEXT = ConllText.read(List.of(
                    "Ann\tB-PER",
                    "of\tO",
                    "New\tB-location",
                    "York\tI-location",
                    "@bob\tB-person",
                    "Sony\tB-product",
                    ""))
            .get(0);

    @Test
    void readsTheSpansOfTypesThatTheRecogniserHas() {
        assertThat(TEXT.gold())
                .containsExactly(new Span("PERSON", 0, 1), new Span("LOCATION", 2, 4), new Span("PERSON", 4, 5));
    }

    @Test
    void findsTheTokensOfAnEntity() {
        assertThat(TEXT.joined()).isEqualTo("Ann of New York @bob Sony");
        assertThat(TEXT.spans(List.of(
                        new Entity("New York", "LOCATION", 7, 15, "test"),
                        new Entity("ew", "LOCATION", 8, 10, "test"))))
                .containsExactly(new Span("LOCATION", 2, 4), new Span("LOCATION", -1, 3));
    }

    @Test
    void knowsWhichSpansAreHandles() {
        assertThat(TEXT.gold()).filteredOn(TEXT::holdsHandle).containsExactly(new Span("PERSON", 4, 5));
    }

    @Test
    void scoresStrictSpans() {
        SpanScores scores = new SpanScores();
        scores.add(TEXT.gold(), List.of(new Span("PERSON", 0, 1), new Span("LOCATION", 2, 3)));
        assertThat(scores.f1("PERSON")).isEqualTo(200.0 / 3);
        assertThat(scores.f1("LOCATION")).isZero();
    }
}
