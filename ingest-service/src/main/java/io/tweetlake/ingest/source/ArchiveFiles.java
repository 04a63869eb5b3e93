package io.tweetlake.ingest.source;

import io.tweetlake.runtime.config.InvalidConfigException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** The files of an archive. */
final class ArchiveFiles {
    private static final Pattern JSON_LINES = Pattern.compile(".*\\.(json|jsonl|ndjson)(\\.(gz|bz2))?");

    private ArchiveFiles() {}

    /**
     * The files, absolute, each once: files as named, of a folder all JSON files below it in the order of their paths.
     *
     * @throws InvalidConfigException naming every input that cannot be read or holds nothing to read
     */
    static List<Path> find(List<Path> inputs) throws IOException {
        List<Path> files = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                List<Path> found = jsonFilesBelow(input);
                if (found.isEmpty()) {
                    problems.add("no .json, .jsonl or .ndjson file (.gz, .bz2) lies below " + input);
                }
                files.addAll(found);
            } else if (Files.isReadable(input)) {
                files.add(input.toAbsolutePath().normalize());
            } else {
                problems.add((Files.exists(input) ? "cannot read " : "there is no file ") + input);
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        return files.stream().distinct().toList();
    }

    /** The file's bytes, uncompressed; how they are compressed is read off the first ones, not off the name. */
    static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.mark(3);
        int first = in.read();
        int second = in.read();
        int third = in.read();
        in.reset();
        if (first == 0x1f && second == 0x8b) {
            return new GZIPInputStream(in, 1 << 16);
        }
        if (first == 'B' && second == 'Z' && third == 'h') {
            return new BZip2CompressorInputStream(in, true);
        }
        return in;
    }

    private static List<Path> jsonFilesBelow(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path ->
                            JSON_LINES.matcher(path.getFileName().toString()).matches())
                    .filter(Files::isRegularFile)
                    .map(path -> path.toAbsolutePath().normalize())
                    .sorted()
                    .toList();
        }
    }
}
