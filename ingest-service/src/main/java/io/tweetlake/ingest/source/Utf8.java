package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.commons.io.input.ReaderInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Text as UTF-8, whatever Unicode it is written in: PowerShell and Windows editors write UTF-16. Stateless.
 *
 * <p>Told by the byte order mark or, as JSON begins with an ASCII character, by where the zeros are among the first
 * four bytes: RFC 4627, section 3.
 */
final class Utf8 {
    private static final int LOOK = 4;

    private Utf8() {}

    /** The same if it is UTF-8 or nothing known. What is no character in the other encoding becomes U+FFFD. */
    static BufferedInputStream of(BufferedInputStream in) throws IOException {
        Charset charset = charset(ArchiveFormat.head(in, LOOK));
        if (charset == null) {
            return in;
        }
        InputStream utf8 = ReaderInputStream.builder()
                .setReader(new InputStreamReader(
                        in,
                        charset.newDecoder()
                                .onMalformedInput(CodingErrorAction.REPLACE)
                                .onUnmappableCharacter(CodingErrorAction.REPLACE)))
                .setCharset(UTF_8)
                .get();
        return new BufferedInputStream(utf8);
    }

    private static @Nullable Charset charset(byte[] head) {
        if (head.length < 2) {
            return null;
        }
        int zeros = 0;
        for (int i = 0; i < LOOK; i++) {
            zeros = zeros << 1 | (i < head.length && head[i] == 0 ? 1 : 0);
        }
        boolean four = head.length == LOOK;
        if (four && (is(head, 0xff, 0xfe, 0, 0) || zeros == 0b0111)) {
            return Charset.forName("UTF-32LE");
        }
        if (four && (is(head, 0, 0, 0xfe, 0xff) || zeros == 0b1110)) {
            return Charset.forName("UTF-32BE");
        }
        if (is(head, 0xff, 0xfe) || (four && zeros == 0b0101)) {
            return StandardCharsets.UTF_16LE;
        }
        return is(head, 0xfe, 0xff) || (four && zeros == 0b1010) ? StandardCharsets.UTF_16BE : null;
    }

    private static boolean is(byte[] head, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if ((head[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
