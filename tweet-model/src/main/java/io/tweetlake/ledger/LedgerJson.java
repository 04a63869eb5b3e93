package io.tweetlake.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;

/** The JSON of the ledger's records. Thread-safe. */
public final class LedgerJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private LedgerJson() {}

    public static byte[] write(Object content) throws JsonProcessingException {
        return MAPPER.writeValueAsBytes(content);
    }

    /** @throws IOException if it is not the JSON of such a record; unknown fields are refused */
    public static <T> T read(InputStream json, Class<T> type) throws IOException {
        return MAPPER.readValue(json, type);
    }
}
