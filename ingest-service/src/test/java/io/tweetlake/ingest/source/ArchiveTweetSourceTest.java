package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.model.SourcePosition;
import io.tweetlake.runtime.config.InvalidConfigException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTweetSourceTest extends TweetSourceContract {
    @TempDir
    private Path folder;

    @Override
    TweetSource open(List<String> messages) throws IOException {
        return open(List.of(file("tweets.jsonl", String.join("\n", messages))), Map.of());
    }

    @Test
    void readsGzipAndBzip2WhateverTheirNames() throws Exception {
        Path gzip = Files.write(folder.resolve("a.json"), compressed("{\"a\":1}\n"));
        ByteArrayOutputStream bzip2 = new ByteArrayOutputStream();
        try (OutputStream out = new BZip2CompressorOutputStream(bzip2)) {
            out.write("{\"b\":1}\n".getBytes(UTF_8));
        }
        Path second = Files.write(folder.resolve("b.json"), bzip2.toByteArray());
        try (TweetSource source = open(List.of(gzip, second), Map.of())) {
            assertThat(messages(source, 2)).containsExactly("{\"a\":1}", "{\"b\":1}");
        }
    }

    @Test
    void readsAFoldersJsonFilesInTheOrderOfTheirPathsAndNothingElse() throws Exception {
        Files.createDirectories(folder.resolve("in/2"));
        file("in/2/b.jsonl", "2");
        file("in/1.json", "1");
        file("in/NOTICE.txt", "not this");
        try (TweetSource source = open(List.of(folder.resolve("in")), Map.of())) {
            assertThat(all(source))
                    .extracting(d -> new String(d.bytes(), UTF_8))
                    .containsExactly("1", "", "2", "");
        }
    }

    @Test
    void continuesBehindTheCommittedLineAndSkipsWhatIsComplete() throws Exception {
        Path first = file("1.jsonl", "a\nb\nc\n");
        Path second = file("2.jsonl", "d\n");
        Map<String, SourcePosition> positions = Map.of(
                first.toString(), new SourcePosition(first.toString(), 2, false),
                second.toString(), new SourcePosition(second.toString(), 1, true));
        try (TweetSource source = open(List.of(first, second), positions)) {
            List<Delivery> rest = all(source);
            assertThat(rest).extracting(d -> new String(d.bytes(), UTF_8)).containsExactly("c", "");
            assertThat(rest)
                    .extracting(Delivery::position)
                    .containsExactly(
                            new SourcePosition(first.toString(), 3, false),
                            new SourcePosition(first.toString(), 3, true));
        }
    }

    @Test
    void readsAnEmptyFileToItsEnd() throws Exception {
        try (TweetSource source = open(List.of(file("empty.jsonl", "")), Map.of())) {
            assertThat(all(source)).extracting(d -> d.position().complete()).containsExactly(true);
        }
    }

    @Test
    void readsACompressedFileThatEndsEarlyAsFarAsItGoes() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            lines.append("{\"n\":").append(i * 7919L % 10_007).append("}\n");
        }
        byte[] whole = compressed(lines.toString());
        Path file = Files.write(folder.resolve("cut.jsonl.gz"), Arrays.copyOf(whole, whole.length / 2));
        try (TweetSource source = open(List.of(file), Map.of())) {
            List<Delivery> deliveries = all(source);
            assertThat(deliveries).hasSizeGreaterThan(1_000);
            Delivery last = deliveries.get(deliveries.size() - 1);
            assertThat(last.problem()).contains("damaged");
            assertThat(last.position().complete()).isTrue();
            assertThat(deliveries.subList(0, deliveries.size() - 1)).allMatch(d -> d.problem() == null);
        }
    }

    @Test
    void goesOnBehindAFileThatIsNotWhatItsFirstBytesSay() throws Exception {
        Path broken = Files.write(folder.resolve("1.jsonl.gz"), new byte[] {0x1f, (byte) 0x8b, 0, 0});
        try (TweetSource source = open(List.of(broken, file("2.jsonl", "a\n")), Map.of())) {
            List<Delivery> deliveries = all(source);
            assertThat(deliveries.get(0).problem()).contains("damaged");
            assertThat(deliveries.get(0).position().complete()).isTrue();
            assertThat(new String(deliveries.get(1).bytes(), UTF_8)).isEqualTo("a");
        }
    }

    @Test
    void namesEveryInputThatItCannotRead() throws Exception {
        Files.createDirectories(folder.resolve("nothing"));
        assertThatThrownBy(() -> open(List.of(folder.resolve("missing.json"), folder.resolve("nothing")), Map.of()))
                .isInstanceOfSatisfying(InvalidConfigException.class, e -> assertThat(e.problems())
                        .anyMatch(problem -> problem.contains("there is no file") && problem.contains("missing.json"))
                        .anyMatch(problem -> problem.contains("nothing")));
    }

    private static List<Delivery> all(TweetSource source) throws Exception {
        List<Delivery> deliveries = new ArrayList<>();
        while (!source.finished()) {
            Delivery delivery = source.poll(Duration.ofSeconds(1));
            if (delivery != null) {
                deliveries.add(delivery);
            }
        }
        return deliveries;
    }

    private static TweetSource open(List<Path> inputs, Map<String, SourcePosition> positions) throws IOException {
        return new ArchiveTweetSource(inputs, positions, OptionalLong.empty(), 1_000, InstantSource.fixed(NOW));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
