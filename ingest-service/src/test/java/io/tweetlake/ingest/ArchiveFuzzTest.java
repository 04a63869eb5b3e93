package io.tweetlake.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.ingest.source.ArchiveTweetSource;
import io.tweetlake.ingest.source.Delivery;
import io.tweetlake.ingest.source.Pace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Of files in every form that anybody saves posts in, damaged or not: each sound post arrives, once a copy, or its file
 * is told to be unreadable, within a bound of processor time. {@code -Dfuzz.posts=N} takes N posts, {@code -Dfuzz.seed}
 * the first file's seed; a finding names its own.
 */
class ArchiveFuzzTest {
    private static final long FIRST = Long.getLong("fuzz.seed", 0);
    private static final int INPUTS = Integer.getInteger("fuzz.posts", 20_000);
    private static final int POSTS = 50;
    private static final long BOUND_NANOS = 2_000_000_000L;
    private static final Router ROUTER = new Router(KeywordMatcher.ofAiKeywords(), "x", 0);

    @TempDir
    private Path folder;

    @Test
    void eachSoundPostArrives() throws Exception {
        List<String> findings = new ArrayList<>();
        for (long seed = FIRST; seed < FIRST + INPUTS / POSTS && findings.size() < 20; seed++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            check(seed, findings);
            long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            if (took > BOUND_NANOS) {
                findings.add("seed " + seed + ": " + took / 1_000_000 + " ms");
            }
        }
        System.out.printf("%d files from seed %d%n", INPUTS / POSTS, FIRST);
        assertThat(findings).isEmpty();
    }

    private void check(long seed, List<String> findings) throws Exception {
        Random random = new Random(seed);
        Set<String> written = new HashSet<>();
        byte[] bytes = packed(text(random, written), random);
        boolean damaged = random.nextInt(4) == 0;
        if (damaged) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        }
        Path file = Files.write(folder.resolve("f"), bytes);
        Set<String> read = new HashSet<>();
        boolean told;
        try (ArchiveTweetSource source =
                new ArchiveTweetSource(List.of(file), Map.of(), Pace.of("max"), 1 << 20, InstantSource.system())) {
            told = read(source, read);
            told |= source.unreadable() > 0;
        } catch (RuntimeException broken) {
            findings.add("seed " + seed + ": " + broken);
            return;
        }
        if (!written.containsAll(read)) {
            findings.add("seed " + seed + ": posts that nobody wrote");
        }
        if (!damaged && !read.containsAll(written)) {
            written.removeAll(read);
            findings.add("seed " + seed + ": lost " + written);
        }
        // Blank lines are all that some are cut to.
        boolean hasAny = new String(bytes, StandardCharsets.ISO_8859_1).indexOf('{') >= 0;
        if (hasAny && read.isEmpty() && !told) {
            findings.add("seed " + seed + ": nothing was read, and nothing was said");
        }
    }

    /** Whether anything was said to be unreadable. */
    private static boolean read(ArchiveTweetSource source, Set<String> read) throws Exception {
        boolean told = false;
        while (!source.finished()) {
            Delivery delivery = source.poll(Duration.ofSeconds(1));
            if (delivery != null) {
                told |= delivery.problem() != null;
                if (delivery.bytes().length > 0) {
                    Routed routed = ROUTER.route(delivery);
                    read.addAll(routed.postIds());
                    for (ProducerRecord<String, byte[]> record : routed.records()) {
                        told |= record.topic().startsWith("dlq.");
                    }
                }
            }
        }
        return told;
    }

    private static String text(Random random, Set<String> written) {
        StringBuilder text = new StringBuilder("\n".repeat(random.nextInt(3) * random.nextInt(2_000)));
        if (random.nextInt(4) == 0) {
            text.append("# saved by a tool\n");
        }
        int shape = random.nextInt(8);
        List<String> posts = new ArrayList<>();
        for (int i = 0; i < POSTS; i++) {
            posts.add(post(random, written));
        }
        String end = List.of("\n", "\r\n", "\n\n", " ", "").get(random.nextInt(5));
        switch (shape) {
            case 0 -> text.append("[").append(String.join(",", posts)).append("]");
            case 1 -> text.append("[\n  ").append(String.join(",\n  ", posts)).append("\n]\n");
            case 2 ->
                text.append("{\"statuses\": [").append(String.join(", ", posts)).append("], \"search_metadata\": {}}");
            case 3 ->
                posts.forEach(
                        post -> text.append("{\n \"tweets\": [\n").append(post).append("\n]}\n"));
            case 4 ->
                text.append("window.YTD.tweets.part0 = [ ")
                        .append(String.join(",", posts))
                        .append(" ]");
            case 5 -> {
                for (String post : posts) {
                    text.append(post).append('\n');
                    if (random.nextInt(5) == 0) {
                        text.append("{\"cut\": \"")
                                .append("x".repeat(random.nextInt(50)))
                                .append('\n');
                    }
                }
            }
            default -> posts.forEach(post -> text.append(post).append(end));
        }
        return text.toString();
    }

    private static String post(Random random, Set<String> written) {
        String id = String.valueOf(1_146_305_063_603_265_536L + random.nextInt(1 << 30));
        written.add(id);
        String words = List.of(
                        "plain", "a \\\" quote", "}{][", "é日本🦜", "\\u00e9\\n", "x".repeat(random.nextInt(3_000)))
                .get(random.nextInt(6));
        String broken = random.nextInt(6) == 0 ? "\n  " : "";
        return "{\"id_str\": \"" + id + "\"," + broken + " \"full_text\": \"" + words
                + "\", \"created_at\": \"Wed Jul 03 06:30:01 +0000 2019\", \"user\": {\"id_str\": \"7\"}}";
    }

    private static byte[] packed(String text, Random random) throws IOException {
        Charset charset = random.nextInt(4) == 0
                ? List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, Charset.forName("UTF-32LE"))
                        .get(random.nextInt(3))
                : UTF_8;
        byte[] bytes = ((random.nextInt(3) == 0 ? "\ufeff" : "") + text).getBytes(charset);
        if (random.nextInt(3) > 0) {
            return bytes;
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        int from = 0;
        while (from < bytes.length) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(bytes.length));
            try (OutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write(bytes, from, to - from);
            }
            from = to;
        }
        packed.write(new byte[random.nextInt(2) * random.nextInt(600)]);
        return packed.toByteArray();
    }
}
