package io.tweetlake.standin;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a stand-in does with one attempt to connect, in place of streaming. */
public sealed interface Step {

    /** Answers with an error. */
    record Refuse(int status, Map<String, String> headers, String body) implements Step {
        public Refuse {
            headers = Map.copyOf(headers);
        }
    }

    /** Closes the socket without a word. */
    record Drop() implements Step {}

    /** Takes the request and never answers. */
    record Hang() implements Step {}

    /** Accepts, delivers these messages, and ends so. */
    record Deliver(List<String> messages, End end) implements Step {
        public Deliver {
            messages = List.copyOf(messages);
        }
    }

    /** Streams what is new, and ends so after a while. */
    record Stream(Duration howLong, End end) implements Step {}

    /** How a connection ends. */
    enum End {
        /** In order. */
        CLOSE,
        /** The client's next read fails. */
        RESET,
        /** Half of a message is sent, and the socket closed. */
        CUT,
        /** Nothing more comes, not even keep-alives. */
        STALL
    }

    static Refuse refuse(int status, String body) {
        return new Refuse(status, Map.of(), body);
    }

    static Deliver deliver(List<String> messages, End end) {
        return new Deliver(messages, end);
    }
}
