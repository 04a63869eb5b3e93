package io.tweetlake.gold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AuthorsTest {
    @Test
    void countsExactlyUpToItsBound() {
        Authors authors = of(hashes(0, Authors.EXACT));
        assertThat(authors.plus(Mention.authorHash("5")).count()).isEqualTo(Authors.EXACT);
        assertThat(authors.error()).isZero();
    }

    @Test
    void estimatesBeyondItWithinThreeStandardErrors() {
        Authors authors = of(hashes(0, 20_000));
        assertThat(authors.error()).isBetween(0.01, 0.03);
        assertThat((double) authors.count()).isCloseTo(20_000, within(3 * 20_000 * authors.error()));
        assertThat(authors.size()).isLessThan(1_200);
    }

    @Test
    void whoIsNotNamedIsNobody() {
        assertThat(Authors.NONE.plus(Mention.authorHash(null)).count()).isZero();
    }

    @Test
    void doesNotDependOnTheOrderNorOnHowItWasSplit() {
        List<Long> hashes = hashes(0, 1_000);
        List<Long> shuffled = new ArrayList<>(hashes);
        Collections.shuffle(shuffled, new Random(1));
        long whole = of(hashes).count();
        assertThat(of(shuffled).count()).isEqualTo(whole);
        assertThat(of(hashes(0, 600)).plus(of(hashes(400, 1_000))).count()).isEqualTo(whole);
        assertThat(of(hashes(0, 60)).plus(of(hashes(40, 1_000))).count()).isEqualTo(whole);
    }

    @Test
    void isTheSameWhenReadBack() {
        for (int size : List.of(0, 1, Authors.EXACT, Authors.EXACT + 1, 5_000)) {
            Authors authors = of(hashes(0, size));
            ByteBuffer bytes = ByteBuffer.allocate(authors.size());
            authors.write(bytes);
            assertThat(Authors.read(bytes.flip(), authors.size()).count()).isEqualTo(authors.count());
        }
    }

    private static Authors of(List<Long> hashes) {
        Authors authors = Authors.NONE;
        for (long hash : hashes) {
            authors = authors.plus(hash);
        }
        return authors;
    }

    private static List<Long> hashes(int from, int until) {
        List<Long> hashes = new ArrayList<>();
        for (int i = from; i < until; i++) {
            hashes.add(Mention.authorHash(String.valueOf(i)));
        }
        return hashes;
    }
}
