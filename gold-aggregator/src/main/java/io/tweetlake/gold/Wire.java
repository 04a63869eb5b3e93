package io.tweetlake.gold;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Text in the binary values of internal topics and stores: its length in bytes, then UTF-8. */
final class Wire {
    private Wire() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static int size(byte[] text) {
        return 4 + text.length;
    }

    static void write(ByteBuffer out, byte[] text) {
        out.putInt(text.length).put(text);
    }

    static String read(ByteBuffer in) {
        byte[] text = new byte[in.getInt()];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
