package io.tweetlake.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.ledger.LedgerEntry.Kind;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerStateTest {
    private static final String HOUR = "date=2026-01-01/hour=00/";

    @Test
    void whatIsReadContinues() {
        LedgerState state = LedgerState.EMPTY.plus(List.of(append(1, 0, 10), append(2, 10, 20)));
        assertThat(state.read()).containsEntry(0, new OffsetRange(0, 20));
        assertThat(state.rows()).isEqualTo(20);
    }

    @Test
    void aHoleOrARepetitionOfOffsetsIsRefused() {
        LedgerState state = LedgerState.EMPTY.plus(List.of(append(1, 0, 10)));
        assertThatThrownBy(() -> state.plus(List.of(append(2, 11, 20)))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> state.plus(List.of(append(2, 9, 20)))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMissingEntryIsRefused() {
        assertThatThrownBy(() -> LedgerState.EMPTY.plus(List.of(append(2, 0, 10))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("entry 2 follows 0");
    }

    @Test
    void aCompactionKeepsTheRowsAndAPurgeCountsWhatGoes() {
        DataFile first = append(1, 0, 10).add().get(0);
        DataFile second = append(2, 10, 20).add().get(0);
        LedgerState state = LedgerState.EMPTY.plus(List.of(append(1, 0, 10), append(2, 10, 20)));
        DataFile one = file("0-0-19.c3.parquet", 20, 0, 20);
        state = state.plus(List.of(LedgerEntry.rewritten(
                3, Kind.COMPACT, List.of(one), List.of("s"), List.of(first.path(), second.path()))));
        assertThat(state.rows()).isEqualTo(20);
        assertThat(state.files()).hasSize(1);
        assertThat(state.purged()).isZero();

        state = state.plus(List.of(LedgerEntry.rewritten(
                4, Kind.PURGE, List.of(file("0-0-19.c3.parquet", 15, 0, 20)), List.of("s"), List.of())));
        state = state.plus(List.of(
                LedgerEntry.rewritten(5, Kind.PURGE, List.of(), List.of(), List.of(HOUR + "0-0-19.c3.parquet"))));
        assertThat(state.purged()).isEqualTo(20);
        assertThat(state.files()).isEmpty();
    }

    @Test
    void aLostRangeIsKept() {
        LedgerState state = LedgerState.EMPTY.plus(List.of(
                append(1, 0, 10),
                LedgerEntry.read(2, Kind.LOST, Map.of(0, new OffsetRange(10, 15)), 0, List.of(), List.of(), List.of()),
                append(3, 15, 20)));
        assertThat(state.lost()).containsEntry(0, List.of(new OffsetRange(10, 15)));
        assertThat(state.read()).containsEntry(0, new OffsetRange(0, 20));
    }

    @Test
    void itsJsonIsReadBack() throws Exception {
        LedgerState state = LedgerState.EMPTY.plus(List.of(
                append(1, 0, 10),
                LedgerEntry.complete(
                        2,
                        List.of(CompleteHour.of(
                                "date=2026-01-01/hour=00", append(1, 0, 10).add(), java.time.Instant.EPOCH)))));
        assertThat(LedgerJson.read(new ByteArrayInputStream(LedgerJson.write(state)), LedgerState.class))
                .isEqualTo(state);
    }

    @Test
    void aTableIsPlainUntilItBecomesADeltaTableAndStaysOne() throws Exception {
        LedgerState state = LedgerState.EMPTY.plus(List.of(append(1, 0, 10)));
        assertThat(state.delta()).isFalse();
        assertThat(state.plus(List.of(LedgerEntry.delta(2), append(3, 10, 20))).delta())
                .isTrue();
        byte[] json = LedgerJson.write(state);
        assertThat(new String(json, UTF_8)).as("what earlier versions read").doesNotContain("delta");
        assertThat(LedgerJson.read(new ByteArrayInputStream(json), LedgerState.class))
                .isEqualTo(state);
    }

    @Test
    void aFilesNameSaysWhichRowsAreInIt() {
        assertThat(DataFile.nameOf(Map.of(0, new OffsetRange(100, 200)))).isEqualTo("0-100-199");
        assertThat(DataFile.nameOf(Map.of(3, new OffsetRange(5, 6), 1, new OffsetRange(0, 7))))
                .isEqualTo("1-0-6+1");
    }

    private static LedgerEntry append(long number, long from, long until) {
        String name = "0-%d-%d.parquet".formatted(from, until - 1);
        return LedgerEntry.read(
                number,
                Kind.APPEND,
                Map.of(0, new OffsetRange(from, until)),
                0,
                List.of(file(name, until - from, from, until)),
                List.of("staged"),
                List.of());
    }

    private static DataFile file(String name, long rows, long from, long until) {
        return new DataFile(HOUR + name, rows, 1_000, Map.of(0, new OffsetRange(from, until)), 0);
    }
}
