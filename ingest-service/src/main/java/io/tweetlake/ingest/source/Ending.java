package io.tweetlake.ingest.source;

import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.Notice;
import io.tweetlake.model.StreamMessageParser;

/** A message by which a server says why it is about to close the connection. */
final class Ending {
    private Ending() {}

    static boolean isOne(byte[] message) {
        try {
            return StreamMessageParser.parse(message) instanceof Notice notice
                    && (notice.kind().equals(Notice.ERRORS) || notice.kind().equals(Notice.DISCONNECT));
        } catch (MalformedMessageException itsRouteTellsWhy) {
            return false;
        }
    }
}
