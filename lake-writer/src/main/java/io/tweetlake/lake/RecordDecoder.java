package io.tweetlake.lake;

import io.tweetlake.topic.Topic;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;

/** Makes rows of a table of Kafka's records, as Spark's Kafka source gives them with headers. One thread uses it. */
interface RecordDecoder extends Serializable {
    int KEY = 0;
    int VALUE = 1;
    int TOPIC = 2;
    int PARTITION = 3;
    int OFFSET = 4;
    int TIMESTAMP = 5;
    int HEADERS = 7;

    static RecordDecoder of(Topic<?, ?> topic) {
        return topic.valueType() == byte[].class
                ? new BronzeDecoder()
                : new JsonDecoder(TableLayout.of(topic), TableLayout.isKeyed(topic));
    }

    /**
     * The record's row; it is valid until the next one.
     *
     * @throws UndecodableRecordException if it is not a record of the table's topic
     */
    InternalRow decode(InternalRow record) throws UndecodableRecordException;

    /** A record that the table's columns cannot hold. */
    final class UndecodableRecordException extends Exception {
        private static final long serialVersionUID = 1L;

        UndecodableRecordException(String message) {
            super(message);
        }

        UndecodableRecordException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
