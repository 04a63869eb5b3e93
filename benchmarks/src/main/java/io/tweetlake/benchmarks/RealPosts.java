package io.tweetlake.benchmarks;

import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.PostMessage;
import io.tweetlake.model.StreamMessageParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The posts of captured streams, in the order in which they came. */
final class RealPosts {
    private RealPosts() {}

    /**
     * One post.
     *
     * @param bytes as delivered
     */
    record Line(String id, byte[] bytes, PostMessage message) {}

    /** Reads all files of JSON lines in some folders; other messages than posts are left out. */
    static List<Line> read(List<Path> folders) throws IOException {
        List<Line> posts = new ArrayList<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(path -> path.toString().matches(".*\\.jsonl(\\.gz)?"))
                        .sorted()
                        .toList()) {
                    read(file, posts);
                }
            }
        }
        return posts;
    }

    private static void read(Path file, List<Line> posts) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        try (InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.isBlank()) {
                    add(line.getBytes(StandardCharsets.UTF_8), posts);
                }
            }
        }
    }

    private static void add(byte[] message, List<Line> posts) {
        try {
            if (StreamMessageParser.parse(message) instanceof PostMessage post) {
                post.post();
                posts.add(new Line(post.id(), message, post));
            }
        } catch (MalformedMessageException notWhole) {
            // Some captures hold broken lines on purpose.
        }
    }
}
