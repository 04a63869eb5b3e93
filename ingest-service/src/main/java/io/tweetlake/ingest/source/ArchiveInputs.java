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
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inputs of JSON lines in a file, in order: the file itself, or the members of a tar or zip, whatever they are
 * compressed by and however deep they lie. Not thread-safe.
 */
final class ArchiveInputs implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(ArchiveInputs.class);
    private static final int BUFFER = 1 << 16;

    /** More than any archive has; one that holds itself has no end. */
    private static final int MAX_LAYERS = 8;

    private final Path file;
    private final FileChannel channel;
    private final Predicate<String> isDone;
    private final Deque<Container> containers = new ArrayDeque<>();
    private boolean opened;

    /**
     * An input.
     *
     * @param name the file's path, of a member followed by {@code !/} and its own
     * @param in its lines; null if it is a container of which all members have been given
     */
    record Input(String name, @Nullable InputStream in) {}

    private record Container(String name, ArchiveInputStream<?> in, Map<String, Integer> names) {
        /** A name that occurs again is another member. */
        String member(String entry) {
            int count = names.merge(entry, 1, Integer::sum);
            return name + "!/" + entry + (count > 1 ? "#" + count : "");
        }
    }

    /** @param isDone names of inputs that need not be read */
    ArchiveInputs(Path file, Predicate<String> isDone) throws IOException {
        this.file = file;
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

    /**
     * The next input, or null if there is none.
     *
     * @throws DamagedMemberException if a member is damaged
     * @throws IOException if the file or a container in it is damaged: nothing behind that can be read
     */
    @Nullable
    Input next() throws IOException {
        if (!opened) {
            opened = true;
            Input whole = open(file.toString(), Channels.newInputStream(channel), true);
            if (whole != null) {
                return whole;
            }
        }
        while (!containers.isEmpty()) {
            Container container = containers.getLast();
            ArchiveEntry entry = nextEntry(container);
            if (entry == null) {
                containers.removeLast();
                return new Input(container.name, null);
            }
            String name = container.member(entry.getName());
            if (!entry.isDirectory() && !isDone.test(name)) {
                Input member = openMember(name, container);
                if (member != null) {
                    return member;
                }
            }
        }
        return null;
    }

    private @Nullable ArchiveEntry nextEntry(Container container) throws IOException {
        try {
            return container.in.getNextEntry();
        } catch (IOException broken) {
            containers.removeLast();
            if (containers.isEmpty()) {
                throw broken;
            }
            throw new DamagedMemberException(container.name, broken);
        }
    }

    private @Nullable Input openMember(String name, Container container) throws IOException {
        try {
            return open(name, container.in, false);
        } catch (IOException broken) {
            throw new DamagedMemberException(name, broken);
        }
    }

    /** The input, or null if it is a container, which is entered, or of no use. */
    private @Nullable Input open(String name, InputStream raw, boolean named) throws IOException {
        BufferedInputStream in = buffered(raw);
        ArchiveFormat format = ArchiveFormat.of(in);
        int layers = containers.size();
        while (format == ArchiveFormat.GZIP || format == ArchiveFormat.BZIP2) {
            if (++layers > MAX_LAYERS) {
                throw new IOException("compressed more than " + MAX_LAYERS + " times over");
            }
            InputStream plain = format == ArchiveFormat.GZIP
                    ? new GZIPInputStream(in, BUFFER)
                    : new BZip2CompressorInputStream(in, true);
            in = buffered(plain);
            format = ArchiveFormat.of(in);
        }
        if (layers >= MAX_LAYERS) {
            throw new IOException("nested more than " + MAX_LAYERS + " deep");
        }
        switch (format) {
            case TAR -> containers.addLast(new Container(name, new TarArchiveInputStream(in), new HashMap<>()));
            case ZIP ->
                containers.addLast(
                        new Container(name, new ZipArchiveInputStream(in, "UTF-8", true, true), new HashMap<>()));
            case JSON_LINES -> {
                return new Input(name, in);
            }
            default -> {
                // A file that was named is meant; of a member it cannot be known.
                if (named) {
                    return new Input(name, in);
                }
                log.info("{} is not of JSON lines", name);
            }
        }
        return null;
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
}
