package io.tweetlake.ingest.source;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of text in a file, in order: the file itself, or the members of a tar or zip, whatever they are compressed
 * by and however deep they lie. Not thread-safe.
 */
final class ArchiveInputs implements Closeable {
    private static final int BUFFER = 1 << 16;

    /** More than any archive has; one that holds itself has no end. */
    private static final int MAX_LAYERS = 8;

    private final String name;
    private final FileChannel channel;
    private final Predicate<String> isDone;
    private final Deque<Container> containers = new ArrayDeque<>();
    private boolean opened;

    /**
     * An input.
     *
     * @param name the file's name, of a member followed by {@code !/} and its own
     * @param in its text in UTF-8; null if it is a container of which all members have been given
     * @param isPlain whether it is the file itself, as it lies there: what is appended to it is at its end
     */
    record Input(String name, @Nullable InputStream in, boolean isPlain) {}

    /** Of a tar or zip, what is read and what it is read from. */
    private static final class Container {
        private final String name;
        private final Watched raw;
        private final boolean isTar;
        private final Map<String, Integer> names = new HashMap<>();

        /** Tars are read record by record: whole blocks would take the beginning of one that stands behind. */
        private static final int TAR_RECORD = 512;

        private ArchiveInputStream<?> in;

        Container(String name, BufferedInputStream in, ArchiveFormat format) {
            this.name = name;
            this.raw = new Watched(in);
            this.isTar = format == ArchiveFormat.TAR;
            this.in = isTar
                    ? new TarArchiveInputStream(raw, TAR_RECORD)
                    : new ZipArchiveInputStream(raw, "UTF-8", true, true);
        }

        /** A name that occurs again is another member. */
        String member(String entry) {
            int count = names.merge(entry, 1, Integer::sum);
            return name + "!/" + entry + (count > 1 ? "#" + count : "");
        }

        /** The next entry; null at the end, which is marked: a download may stop between two members. */
        @Nullable
        ArchiveEntry next() throws IOException {
            ArchiveEntry entry = in.getNextEntry();
            if (entry != null) {
                return entry;
            }
            int more = isTar ? raw.skipZeros() : -1;
            if (!raw.sawEnd(isTar)) {
                throw new IOException("the archive ends before its end mark");
            }
            if (more < 0) {
                return null;
            }
            // Tars that were joined.
            if (ArchiveFormat.of(raw.in()) != ArchiveFormat.TAR) {
                throw new IOException("what stands behind the end of the tar is none");
            }
            in = new TarArchiveInputStream(raw, TAR_RECORD);
            return in.getNextEntry();
        }
    }

    /**
     * @param name of the file, as its positions have it
     * @param isDone names of inputs that need not be read
     */
    ArchiveInputs(Path file, String name, Predicate<String> isDone) throws IOException {
        this.name = name;
        this.channel = FileChannel.open(file);
        this.isDone = isDone;
    }

    /** How much of the file has been read, in bytes. */
    long bytesRead() throws IOException {
        return channel.isOpen() ? channel.position() : 0;
    }

    /** A member that cannot be read at all; what comes behind it may be. */
    static final class DamagedMemberException extends IOException {
        private static final long serialVersionUID = 1L;

        private final String member;

        DamagedMemberException(String member, IOException cause) {
            super(cause);
            this.member = member;
        }

        String member() {
            return member;
        }
    }

    /** An input of a format that is not read. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final String input;

        RefusedException(String input, String cause) {
            super(cause);
            this.input = input;
        }

        String input() {
            return input;
        }
    }

    /**
     * The next input, or null if there is none.
     *
     * @throws RefusedException if one is of a format that is not read; what comes behind it may be
     * @throws DamagedMemberException if a member is damaged
     * @throws IOException if the file or a container in it is damaged: nothing behind that can be read
     */
    @Nullable
    Input next() throws IOException {
        if (!opened) {
            opened = true;
            Input whole = open(name, Channels.newInputStream(channel));
            if (whole != null) {
                return whole;
            }
        }
        while (!containers.isEmpty()) {
            Container container = containers.getLast();
            ArchiveEntry entry = nextEntry(container);
            if (entry == null) {
                containers.removeLast();
                return new Input(container.name, null, false);
            }
            String member = container.member(entry.getName());
            // A link leads to what is, or is not, a member of its own.
            boolean isLink = entry instanceof TarArchiveEntry tar && !tar.isFile();
            if (!entry.isDirectory() && !isLink && !isDone.test(member)) {
                Input input = openMember(member, container, entry);
                if (input != null) {
                    return input;
                }
            }
        }
        return null;
    }

    private @Nullable ArchiveEntry nextEntry(Container container) throws IOException {
        try {
            return container.next();
        } catch (IOException broken) {
            containers.removeLast();
            if (containers.isEmpty()) {
                throw broken;
            }
            throw new DamagedMemberException(container.name, broken);
        }
    }

    private @Nullable Input openMember(String member, Container container, ArchiveEntry entry) throws IOException {
        try {
            if (container.in instanceof ZipArchiveInputStream zip
                    && entry instanceof ZipArchiveEntry packed
                    && !zip.canReadEntryData(packed)) {
                throw new RefusedException(member, "it is encrypted, or packed by a method that is not read");
            }
            return open(member, container.in);
        } catch (RefusedException refused) {
            throw refused;
        } catch (IOException broken) {
            throw new DamagedMemberException(member, broken);
        }
    }

    /** The input, or null if it is a container, which is entered. */
    private @Nullable Input open(String input, InputStream raw) throws IOException {
        BufferedInputStream in = buffered(raw);
        ArchiveFormat format = ArchiveFormat.of(in);
        int layers = containers.size();
        while (format == ArchiveFormat.GZIP || format == ArchiveFormat.BZIP2 || format == ArchiveFormat.ZSTD) {
            if (++layers > MAX_LAYERS) {
                throw new IOException("compressed more than " + MAX_LAYERS + " times over");
            }
            in = buffered(new CompressedMembers(in, format));
            format = ArchiveFormat.of(in);
        }
        if (layers >= MAX_LAYERS) {
            throw new IOException("nested more than " + MAX_LAYERS + " deep");
        }
        if (format == ArchiveFormat.TAR || format == ArchiveFormat.ZIP) {
            containers.addLast(new Container(input, in, format));
            return null;
        }
        if (!format.foreign().isEmpty()) {
            throw new RefusedException(input, "it is a " + format.foreign() + " file, which is not read");
        }
        BufferedInputStream text = Utf8.of(in);
        return new Input(input, text, layers == 0 && text == in);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static BufferedInputStream buffered(InputStream in) {
        return new BufferedInputStream(new Piecewise(in), BUFFER);
    }

    /**
     * Gives what one read gave: a buffer that reads on while there seems to be more loses what it has when the second
     * read fails, which is where a truncated file ends. Closing it leaves its container open.
     */
    private static final class Piecewise extends FilterInputStream {
        Piecewise(InputStream in) {
            super(in);
        }

        @Override
        public int available() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /** Knows whether it has come past the mark that a tar or zip ends with. */
    private static final class Watched extends FilterInputStream {
        private static final int END_OF_TAR = 512;

        private long zeros;
        private long zerosAtMark;
        private int last;
        private boolean sawDirectoryEnd;

        Watched(BufferedInputStream in) {
            super(in);
        }

        BufferedInputStream in() {
            return (BufferedInputStream) in;
        }

        /** A tar without any record is empty, and a zip without an entry is its end mark. */
        boolean sawEnd(boolean isTar) {
            return isTar ? zeros >= END_OF_TAR : sawDirectoryEnd;
        }

        /** The next byte that is no zero, which stays; -1 at the end. */
        int skipZeros() throws IOException {
            in.mark(1);
            int next = in.read();
            while (next == 0) {
                zeros++;
                in.mark(1);
                next = in.read();
            }
            in.reset();
            return next;
        }

        @Override
        public int read() throws IOException {
            int next = in.read();
            if (next >= 0) {
                watch(next);
            }
            return next;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = in.read(bytes, from, length);
            for (int i = from; i < from + read; i++) {
                watch(bytes[i] & 0xff);
            }
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] skipped = new byte[(int) Math.min(count, BUFFER)];
            return Math.max(0, read(skipped, 0, skipped.length));
        }

        @Override
        public boolean markSupported() {
            return true;
        }

        @Override
        public synchronized void mark(int bytes) {
            in.mark(bytes);
            zerosAtMark = zeros;
        }

        @Override
        public synchronized void reset() throws IOException {
            in.reset();
            zeros = zerosAtMark;
        }

        private void watch(int next) {
            zeros = next == 0 ? zeros + 1 : 0;
            last = last << Byte.SIZE | next;
            sawDirectoryEnd |= last == 0x504b0506;
        }
    }
}
