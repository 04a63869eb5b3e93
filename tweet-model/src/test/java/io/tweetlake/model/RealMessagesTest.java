package io.tweetlake.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.Test;

/** Real captures, one JSON object a line; skipped where they are absent. */
class RealMessagesTest {
    private static final Path DATA = Path.of("../../shared/data");

    @Test
    void readsEveryTweetOfTheSampleStream() throws Exception {
        int posts = 0;
        int deletes = 0;
        for (String line : lines("v1_spritzer_2019/2019-07-03_06-30.jsonl.gz")) {
            StreamMessage message = StreamMessageParser.parse(line.getBytes(StandardCharsets.UTF_8));
            if (message instanceof PostMessage post) {
                assertThat(post.post().text()).isNotEmpty();
                posts++;
            } else if (message instanceof Notice notice && notice.kind().equals(Notice.DELETE)) {
                deletes++;
            }
        }
        assertThat(posts).isEqualTo(1_930);
        assertThat(deletes).isEqualTo(5_590);
    }

    @Test
    void survivesEveryCapturedLine() throws Exception {
        assumeTrue(Files.isDirectory(DATA), "no real messages at " + DATA);
        int posts = 0;
        for (String folder : List.of(
                "v1_sample_permissive", "v1_stream_misc", "v1_notices", "v1_search_and_extended", "v2_stream")) {
            for (Path file : files(DATA.resolve(folder))) {
                for (String line : lines(DATA.relativize(file).toString())) {
                    posts += isSoundPost(line) ? 1 : 0;
                }
            }
        }
        assertThat(posts).isGreaterThan(5_000);
    }

    @Test
    void readsEveryBlueskyPost() throws Exception {
        int posts = 0;
        int deletes = 0;
        for (String line : lines("bluesky_jetstream/jetstream_v1_window_2026-07-04.jsonl.gz")) {
            StreamMessage message = StreamMessageParser.parse(line.getBytes(StandardCharsets.UTF_8));
            if (message instanceof PostMessage post) {
                assertThat(post.post().createdAt()).isBefore("2026-07-04T14:38:09Z");
                assertThat(post.post().marks().spans())
                        .noneMatch(span -> span.text().isBlank());
                posts++;
            } else if (((Notice) message).kind().equals(Notice.DELETE)) {
                deletes++;
            }
        }
        assertThat(posts).isEqualTo(17);
        assertThat(deletes).isEqualTo(4);
    }

    @Test
    void readsEveryMastodonStatus() throws Exception {
        for (String line : lines("mastodon_streaming/rtoot_mastodonsocial.jsonl.gz")) {
            StreamMessage message = StreamMessageParser.parse(line.getBytes(StandardCharsets.UTF_8));
            Post post = ((PostMessage) message).post();
            assertThat(post.text()).doesNotContain("<p>", "</a>", "<br");
            assertThat(post.marks().spans())
                    .allMatch(span ->
                            !span.type().equals(Entity.HASHTAG) || span.text().startsWith("#"));
        }
    }

    /** Every line of every capture in JSON lines. */
    static List<String> allLines() throws IOException {
        assumeTrue(Files.isDirectory(DATA), "no real messages at " + DATA);
        List<String> all = new ArrayList<>();
        try (Stream<Path> folders = Files.list(DATA)) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                for (Path file : files(folder)) {
                    all.addAll(lines(DATA.relativize(file).toString()));
                }
            }
        }
        return all;
    }

    private static boolean isSoundPost(String line) {
        try {
            StreamMessage message = StreamMessageParser.parse(line.getBytes(StandardCharsets.UTF_8));
            return message instanceof PostMessage post && !post.post().id().isEmpty();
        } catch (MalformedMessageException bad) {
            assertThat(bad).hasMessageNotContaining("Exception");
            return false;
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.jsonl(\\.gz)?"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> lines(String name) throws IOException {
        Path file = DATA.resolve(name);
        assumeTrue(Files.exists(file), "no real messages at " + file);
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        try (InputStream in = name.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        }
    }
}
