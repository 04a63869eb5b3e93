package io.tweetlake.ingest.source;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The plain bytes of a compressed stream: of all its members, one behind the other, whatever their sizes, up to its end
 * or the zeros that pad it (gzip, bzip2). What stands behind the last member and is neither is an error. What was
 * unpacked before an error is given first. Not thread-safe.
 *
 * <p>The JDK's reader of gzip takes a member of a few bytes for the end of the file, and what is damaged behind a
 * member for nothing.
 */
final class CompressedMembers extends InputStream {
    private static final int BUFFER = 1 << 16;

    private final PushbackInputStream source;
    private final ArchiveFormat format;
    private @Nullable InputStream member;
    private @Nullable IOException failure;
    private boolean first = true;

    /** Of gzip, for one member after the other: some have a few bytes. */
    private final Inflater inflater = new Inflater(true);

    private final byte[] buffer;

    /** @param format one of the compressed ones */
    CompressedMembers(InputStream in, ArchiveFormat format) {
        this.source = new PushbackInputStream(in, BUFFER);
        this.format = format;
        this.buffer = new byte[format == ArchiveFormat.GZIP ? BUFFER : 0];
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (failure != null) {
            throw failure;
        }
        int read = 0;
        try {
            while (read == 0 && length > 0) {
                InputStream current = member == null ? next() : member;
                if (current == null) {
                    return -1;
                }
                read = format == ArchiveFormat.BZIP2
                        ? readOneByOne(current, bytes, from, length)
                        : current.read(bytes, from, length);
                if (read < 0) {
                    member = null;
                    read = 0;
                }
            }
        } catch (IOException broken) {
            failure = broken;
            throw broken;
        }
        return read;
    }

    /** Its own loop forgets what it has when a block turns out to be damaged. */
    private int readOneByOne(InputStream in, byte[] bytes, int from, int length) throws IOException {
        int count = 0;
        try {
            int next = in.read();
            while (next >= 0) {
                bytes[from + count++] = (byte) next;
                next = count < length ? in.read() : -1;
            }
            return count == 0 ? -1 : count;
        } catch (IOException broken) {
            if (count == 0) {
                throw broken;
            }
            failure = broken;
            return count;
        }
    }

    private @Nullable InputStream next() throws IOException {
        int padding = 0;
        int head = source.read();
        while (head == 0 && !first) {
            padding++;
            head = source.read();
        }
        if (head < 0) {
            return null;
        }
        source.unread(head);
        try {
            member = open();
        } catch (ZipException | RuntimeException notAMember) {
            throw first
                    ? new IOException(notAMember.getMessage(), notAMember)
                    : new IOException(
                            "what stands behind the last whole member" + (padding > 0 ? " and its padding" : "")
                                    + " is none",
                            notAMember);
        }
        first = false;
        return member;
    }

    private InputStream open() throws IOException {
        return switch (format) {
            case GZIP -> new GzipMember(source, inflater, buffer);
            case BZIP2 -> bzip2();
            // It reads all frames by itself.
            case ZSTD -> new ZstdInputStreamNoFinalizer(source);
            default -> throw new IllegalStateException(format + " is not compressed");
        };
    }

    private InputStream bzip2() throws IOException {
        try {
            return new BZip2CompressorInputStream(source, false);
        } catch (EOFException cut) {
            throw cut;
        } catch (IOException notOne) {
            throw new ZipException(notOne.getMessage());
        }
    }

    /** One member of a gzip file. Source: RFC 1952. */
    private static final class GzipMember extends InputStream {
        private static final int HAS_CHECKSUM = 2;
        private static final int HAS_EXTRA = 4;
        private static final int HAS_NAME = 8;
        private static final int HAS_COMMENT = 16;
        private static final int DEFLATE = 8;

        private final PushbackInputStream in;
        private final Inflater inflater;
        private final CRC32 checksum = new CRC32();
        private final byte[] buffer;
        private int filled;
        private boolean ended;

        GzipMember(PushbackInputStream in, Inflater inflater, byte[] buffer) throws IOException {
            this.in = in;
            this.inflater = inflater;
            this.buffer = buffer;
            inflater.reset();
            if (in.read() != 0x1f || in.read() != 0x8b) {
                throw new ZipException("not in gzip format");
            }
            if (next() != DEFLATE) {
                throw new ZipException("packed by an unknown method");
            }
            int flags = next();
            skip(6);
            if ((flags & HAS_EXTRA) != 0) {
                skip(next() | next() << 8);
            }
            if ((flags & HAS_NAME) != 0) {
                skipText();
            }
            if ((flags & HAS_COMMENT) != 0) {
                skipText();
            }
            if ((flags & HAS_CHECKSUM) != 0) {
                skip(2);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (ended) {
                return -1;
            }
            try {
                int read = inflater.inflate(bytes, from, length);
                while (read == 0) {
                    if (inflater.finished() || inflater.needsDictionary()) {
                        end();
                        return -1;
                    }
                    fill();
                    read = inflater.inflate(bytes, from, length);
                }
                checksum.update(bytes, from, read);
                return read;
            } catch (DataFormatException e) {
                ended = true;
                throw new IOException(e.getMessage() == null ? "the packed data is damaged" : e.getMessage(), e);
            }
        }

        private void fill() throws IOException {
            filled = in.read(buffer);
            if (filled < 0) {
                throw new EOFException("the packed data ends too early");
            }
            inflater.setInput(buffer, 0, filled);
        }

        private void end() throws IOException {
            ended = true;
            int rest = inflater.getRemaining();
            in.unread(buffer, filled - rest, rest);
            long size = inflater.getBytesWritten() & 0xffffffffL;
            long expected = number();
            if (expected != checksum.getValue() || number() != size) {
                throw new IOException("the checksum of the packed data is wrong");
            }
        }

        private long number() throws IOException {
            return next() | next() << 8 | next() << 16 | (long) next() << 24;
        }

        private int next() throws IOException {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the packed data ends too early");
            }
            return next;
        }

        private void skip(int bytes) throws IOException {
            for (int i = 0; i < bytes; i++) {
                next();
            }
        }

        private void skipText() throws IOException {
            int next = next();
            while (next != 0) {
                next = next();
            }
        }
    }
}
