package io.tweetlake.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.lake.RecordDecoder.UndecodableRecordException;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDecoderTest {
    private static final String ENTITIES =
            "{\"id\":\"1\",\"created_at\":\"2026-01-01T00:00:01.000002Z\",\"entities\":[{\"text\":\"é\",\"start\":3}]}";

    @Test
    void aFieldIsAColumnWhateverTheOrder() throws Exception {
        TableLayout layout = TableLayout.of(Topics.SILVER_ENTITIES);
        InternalRow row =
                decode(Topics.SILVER_ENTITIES, "{\"created_at\":\"2026-01-01T00:00:00Z\",\"lang\":null,\"id\":\"1\"}");
        assertThat(row.getUTF8String(0)).hasToString("1");
        assertThat(row.isNullAt(2)).isTrue();
        assertThat(row.getInt(layout.partition())).isEqualTo(3);
        assertThat(row.getLong(layout.offset())).isEqualTo(9);
    }

    @Test
    void listsOfRecordsAndMicrosecondsAreKept() throws Exception {
        InternalRow row = decode(Topics.SILVER_ENTITIES, ENTITIES);
        assertThat(row.getLong(1)).isEqualTo(1_767_225_601_000_002L);
        InternalRow entity = row.getArray(3).getStruct(0, 5);
        assertThat(entity.getUTF8String(0)).hasToString("é");
        assertThat(entity.getInt(2)).isEqualTo(3);
    }

    @Test
    void theRecordsKeyIsAColumnOfATableOfKeys() throws Exception {
        InternalRow row = decode(
                Topics.GOLD_HASHTAG_COUNTS,
                "{\"window_start\":\"2026-01-01T00:00:00Z\",\"window_end\":\"2026-01-01T00:05:00Z\",\"hashtag\":\"a\",\"mentions\":1}");
        assertThat(row.getUTF8String(
                        TableLayout.of(Topics.GOLD_HASHTAG_COUNTS).schema().fieldIndex("kafka_key")))
                .hasToString("key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{} {}",
                "{\"id\":\"1\"}",
                "{\"created_at\":\"yesterday\"}",
                "{\"created_at\":\"2026-01-01T00:00:00Z\",\"id\":1}",
                "{\"created_at\":\"2026-01-01T00:00:00Z\",\"entities\":{}}",
                "{\"created_at\":\"2026-01-01T00:00:00Z\",\"entities\":[{\"start\":99999999999}]}",
                "{\"created_at\":\"2026-01-01T00:00:00Z\",\"new_column\":1}",
                "{\"created_at\":\"+1000000000-12-31T23:59:59.999999999Z\"}"
            })
    void whatTheColumnsCannotHoldIsRefused(String json) {
        assertThatThrownBy(() -> decode(Topics.SILVER_ENTITIES, json)).isInstanceOf(UndecodableRecordException.class);
    }

    @Test
    void aTombstoneIsRefused() {
        assertThatThrownBy(() -> RecordDecoder.of(Topics.SILVER_ENTITIES).decode(record(null)))
                .isInstanceOf(UndecodableRecordException.class);
    }

    @Test
    void theCauseDoesNotQuoteTheRecord() {
        assertThatThrownBy(() -> decode(Topics.SILVER_ENTITIES, "{\"id\":\"secret words\" oops}"))
                .hasMessageNotContaining("secret");
    }

    private static InternalRow decode(Topic<?, ?> topic, String json) throws UndecodableRecordException {
        return RecordDecoder.of(topic).decode(record(json.getBytes(UTF_8)));
    }

    private static InternalRow record(byte[] value) {
        return new GenericInternalRow(
                new Object[] {UTF8String.fromString("key"), value, UTF8String.fromString("topic"), 3, 9L, 0L, 0, null});
    }
}
