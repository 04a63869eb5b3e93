package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.Arrays;

/** What a file or a member of one is, by its first bytes: names lie. */
enum ArchiveFormat {
    GZIP,
    BZIP2,
    ZSTD,
    TAR,
    ZIP,
    XZ("\u00fd7zXZ\0", "xz"),
    SEVEN_ZIP("7z\u00bc\u00af'\u001c", "7z"),
    RAR("Rar!\u001a", "rar"),
    PARQUET("PAR1", "Parquet"),
    TEXT;

    private static final int LOOK = 512;
    private static final int TAR_MAGIC_AT = 257;
    private static final byte[] TAR_MAGIC = "ustar".getBytes(US_ASCII);

    private final String magic;
    private final String foreign;

    ArchiveFormat() {
        this("", "");
    }

    ArchiveFormat(String magic, String foreign) {
        this.magic = magic;
        this.foreign = foreign;
    }

    /** The name of a format that is not read; empty for the others. */
    String foreign() {
        return foreign;
    }

    /** Looks at the first bytes, which can be read again. */
    static ArchiveFormat of(BufferedInputStream in) throws IOException {
        return of(head(in, LOOK));
    }

    /**
     * The first bytes, which can be read again; fewer where the data ends or breaks off, which shows when it is read.
     */
    static byte[] head(BufferedInputStream in, int bytes) throws IOException {
        byte[] head = new byte[bytes];
        int read = 0;
        in.mark(bytes);
        try {
            int next = in.read(head, 0, bytes);
            while (next > 0) {
                read += next;
                next = read < bytes ? in.read(head, read, bytes - read) : 0;
            }
        } catch (IOException broken) {
            if (read == 0) {
                throw broken;
            }
        }
        in.reset();
        return Arrays.copyOf(head, read);
    }

    private static ArchiveFormat of(byte[] head) {
        if (startsWith(head, 0x1f, 0x8b)) {
            return GZIP;
        }
        if (startsWith(head, 'B', 'Z', 'h')) {
            return BZIP2;
        }
        boolean isSkippable =
                head.length > 3 && (head[0] & 0xf0) == 0x50 && startsWith(head, head[0], 0x2a, 0x4d, 0x18);
        if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd) || isSkippable) {
            return ZSTD;
        }
        if (startsWith(head, 'P', 'K', 3, 4) || startsWith(head, 'P', 'K', 5, 6)) {
            return ZIP;
        }
        if (head.length >= TAR_MAGIC_AT + TAR_MAGIC.length
                && Arrays.equals(head, TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length, TAR_MAGIC, 0, TAR_MAGIC.length)) {
            return TAR;
        }
        for (ArchiveFormat format : values()) {
            if (!format.magic.isEmpty() && startsWith(head, format.magic.chars().toArray())) {
                return format;
            }
        }
        return TEXT;
    }

    private static boolean startsWith(byte[] head, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= head.length || (head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
