package io.tweetlake.gold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuthorsTest {
    @Test
    void countsExactlyUpToItsBound() {
        Authors authors = of(ids(0, Authors.EXACT));
        assertThat(authors.plus(Authors.of("5")).count()).isEqualTo(Authors.EXACT);
        assertThat(authors.error()).isZero();
    }

    @Test
    void estimatesBeyondItWithinThreeStandardErrors() {
        Authors authors = of(ids(0, 20_000));
        assertThat(authors.error()).isBetween(0.01, 0.03);
        assertThat((double) authors.count()).isCloseTo(20_000, within(3 * 20_000 * authors.error()));
    }

    @Test
    void whoIsNotNamedIsNobody() {
        assertThat(Authors.of(null).count()).isZero();
    }

    @Test
    void doesNotDependOnTheOrderNorOnHowItWasSplit() {
        List<String> ids = ids(0, 1_000);
        List<String> shuffled = new ArrayList<>(ids);
        Collections.shuffle(shuffled, new Random(1));
        long whole = of(ids).count();
        assertThat(of(shuffled).count()).isEqualTo(whole);
        assertThat(of(ids(0, 600)).plus(of(ids(400, 1_000))).count()).isEqualTo(whole);
        assertThat(of(ids(0, 60)).plus(of(ids(40, 1_000))).count()).isEqualTo(whole);
    }

    @Test
    void isTheSameWhenReadBack() {
        for (int size : List.of(0, 1, Authors.EXACT, Authors.EXACT + 1, 5_000)) {
            Authors authors = of(ids(0, size));
            Wire out = new Wire();
            authors.write(out);
            assertThat(out.toBytes()).hasSizeLessThan(2_200);
            assertThat(Authors.read(ByteBuffer.wrap(out.toBytes())).count()).isEqualTo(authors.count());
        }
    }

    private static Authors of(List<String> ids) {
        Authors authors = Authors.NONE;
        for (String id : ids) {
            authors = authors.plus(Authors.of(id));
        }
        return authors;
    }

    private static List<String> ids(int from, int until) {
        return IntStream.range(from, until).mapToObj(String::valueOf).toList();
    }
}
