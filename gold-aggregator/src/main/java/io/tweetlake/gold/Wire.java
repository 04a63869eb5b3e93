package io.tweetlake.gold;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The binary values of internal topics and stores: numbers big-endian, text as its length in bytes and then UTF-8.
 * Grows as it is written. Not thread-safe.
 */
final class Wire {
    private ByteBuffer out = ByteBuffer.allocate(256);

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Wire put(int number) {
        room(Integer.BYTES).putInt(number);
        return this;
    }

    Wire put(long number) {
        room(Long.BYTES).putLong(number);
        return this;
    }

    Wire put(byte[] bytes) {
        room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
        return this;
    }

    Wire put(String text) {
        return put(bytes(text));
    }

    byte[] toBytes() {
        return Arrays.copyOf(out.array(), out.position());
    }

    static byte[] readBytes(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }

    static String readText(ByteBuffer in) {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            out = ByteBuffer.allocate(2 * (out.capacity() + bytes)).put(out.flip());
        }
        return out;
    }
}
