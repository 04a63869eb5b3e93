package io.tweetlake.ingest.source;

import io.tweetlake.runtime.config.InvalidConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of an archive. */
final class ArchiveFiles {
    private ArchiveFiles() {}

    /**
     * The files, absolute, each once: files as named, of a folder all below it in the order of their paths that are
     * JSON lines or hold some, by their first bytes.
     *
     * @throws InvalidConfigException naming every input that cannot be read or holds nothing to read
     */
    static List<Path> find(List<Path> inputs) throws IOException {
        List<Path> files = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                List<Path> found = below(input);
                if (found.isEmpty()) {
                    problems.add("no file of JSON lines (plain, gzip, bzip2, tar, zip) lies below " + input);
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

    private static List<Path> below(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> paths = Files.walk(folder)) {
            files = paths.filter(Files::isRegularFile)
                    .map(path -> path.toAbsolutePath().normalize())
                    .sorted()
                    .toList();
        }
        List<Path> archives = new ArrayList<>();
        for (Path file : files) {
            if (ArchiveFormat.of(file) != ArchiveFormat.OTHER) {
                archives.add(file);
            }
        }
        return archives;
    }
}
