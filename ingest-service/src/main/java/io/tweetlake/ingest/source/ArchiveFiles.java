package io.tweetlake.ingest.source;

import io.tweetlake.runtime.config.InvalidConfigException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of an archive.
 *
 * @param files absolute, each once, however many links lead to it: those that were named, of a folder all below it in
 *     the order of their paths
 * @param unreadable what lies there and cannot be opened
 */
record ArchiveFiles(List<Path> files, List<Unreadable> unreadable) {
    private static final Logger log = LoggerFactory.getLogger(ArchiveFiles.class);

    /** A file or folder, and why it cannot be opened. */
    record Unreadable(Path path, String cause) {}

    /**
     * Looks for them.
     *
     * @throws InvalidConfigException naming every input that is not there, cannot be read or holds no file
     */
    static ArchiveFiles find(List<Path> inputs) throws IOException {
        List<Path> files = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path input : inputs) {
            Path path = input.toAbsolutePath().normalize();
            if (!Files.exists(path)) {
                problems.add("there is no file " + input);
            } else if (!Files.isReadable(path)) {
                problems.add("cannot read " + input);
            } else if (Files.isDirectory(path)) {
                Folder folder = new Folder();
                Files.walkFileTree(path, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, folder);
                if (folder.files.isEmpty() && folder.unreadable.isEmpty()) {
                    problems.add("no file lies below " + input);
                }
                folder.files.stream().sorted().forEach(files::add);
                unreadable.addAll(folder.unreadable);
            } else if (Files.isRegularFile(path)) {
                files.add(path);
            } else {
                problems.add(input + " is a pipe or a device; save what comes of it to a file first");
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        return new ArchiveFiles(distinct(files), unreadable);
    }

    private static List<Path> distinct(List<Path> files) throws IOException {
        Set<Path> real = new HashSet<>();
        List<Path> distinct = new ArrayList<>();
        for (Path file : files) {
            if (real.add(file.toRealPath())) {
                distinct.add(file);
            } else {
                log.info("{} is another name of a file that is read already", file);
            }
        }
        return distinct;
    }

    private static final class Folder extends SimpleFileVisitor<Path> {
        private final List<Path> files = new ArrayList<>();
        private final List<Unreadable> unreadable = new ArrayList<>();

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && Files.isReadable(file)) {
                files.add(file);
            } else {
                unreadable.add(new Unreadable(file, cause(attributes)));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            if (failure instanceof FileSystemLoopException) {
                log.info("{} leads to a folder that it lies in", file);
            } else {
                unreadable.add(new Unreadable(file, failure.toString()));
            }
            return FileVisitResult.CONTINUE;
        }

        /** Links are followed, but for those that cannot be. */
        private static String cause(BasicFileAttributes attributes) {
            return attributes.isSymbolicLink()
                    ? "a link that leads nowhere"
                    : attributes.isRegularFile() ? "no permission" : "no regular file";
        }
    }
}
