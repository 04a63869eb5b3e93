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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
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
    void readsWhatIsJsonLinesInAFolderInTheOrderOfThePathsAndNothingElse() throws Exception {
        Files.createDirectories(folder.resolve("in/2"));
        file("in/2/b.data", "{\"n\":2}");
        file("in/1.json", "\n {\"n\":1}");
        file("in/NOTICE.json", "not this");
        try (TweetSource source = open(List.of(folder.resolve("in")), Map.of())) {
            assertThat(all(source))
                    .extracting(d -> new String(d.bytes(), UTF_8))
                    .containsExactly("", " {\"n\":1}", "", "{\"n\":2}", "");
        }
    }

    @Test
    void continuesBehindTheCommittedLineAndSkipsWhatIsComplete() throws Exception {
        Path first = file("1.jsonl", "a\nb\nc\n");
        Path second = file("2.jsonl", "d\n");
        Map<String, SourcePosition> positions = Map.of(
                first.toString(), SourcePosition.line(first.toString(), 2, false),
                second.toString(), SourcePosition.line(second.toString(), 1, true));
        try (TweetSource source = open(List.of(first, second), positions)) {
            List<Delivery> rest = all(source);
            assertThat(rest).extracting(d -> new String(d.bytes(), UTF_8)).containsExactly("c", "");
            assertThat(rest)
                    .extracting(Delivery::position)
                    .containsExactly(
                            SourcePosition.line(first.toString(), 3, false),
                            SourcePosition.line(first.toString(), 3, true));
        }
    }

    /** The layout of the stream grabs that people keep: minutes in bzip2, days in tar or zip. */
    @Test
    void readsMembersOfNestedArchivesAndPicksUpBehindTheCommittedOne() throws Exception {
        byte[] zip = zip(Map.of("30.json.gz", compressed("{\"a\":3}\n{\"a\":4}\n")));
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("2019/07/03/06/28.json.bz2", bzip2("{\"a\":1}\n"));
        members.put("2019/07/03/06/README.txt", "not this".getBytes(UTF_8));
        members.put("2019/07/03/06/29.json.bz2", bzip2("{\"a\":2}\n"));
        members.put("more.zip", zip);
        Path tar = Files.write(folder.resolve("twitter_stream"), compressed(tar(members)));
        try (TweetSource source = open(List.of(tar), Map.of())) {
            assertThat(messages(source, 4)).containsExactly("{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}");
        }
        String first = tar + "!/2019/07/03/06/28.json.bz2";
        String inZip = tar + "!/more.zip!/30.json.gz";
        Map<String, SourcePosition> positions = Map.of(
                first, SourcePosition.line(first, 1, true),
                inZip, SourcePosition.line(inZip, 1, false));
        try (TweetSource source = open(List.of(tar), positions)) {
            List<Delivery> rest = all(source);
            assertThat(rest)
                    .extracting(d -> new String(d.bytes(), UTF_8))
                    .containsExactly("{\"a\":2}", "", "{\"a\":4}", "", "", "");
            assertThat(rest.get(rest.size() - 1).position()).isEqualTo(SourcePosition.line(tar.toString(), 0, true));
        }
    }

    @Test
    void goesOnBehindADamagedMember() throws Exception {
        byte[] whole = bzip2("{\"a\":1}\n".repeat(50_000));
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("1.json.bz2", Arrays.copyOf(whole, whole.length / 2));
        members.put("2.json.bz2", bzip2("{\"a\":2}\n"));
        Path tar = Files.write(folder.resolve("day.tar"), tar(members));
        try (TweetSource source = open(List.of(tar), Map.of())) {
            List<Delivery> deliveries = all(source);
            assertThat(deliveries)
                    .anyMatch(d -> d.problem() != null && d.problem().contains("damaged"));
            assertThat(deliveries).anyMatch(d -> new String(d.bytes(), UTF_8).equals("{\"a\":2}"));
        }
    }

    @Test
    void goesOnBehindADamagedArchiveInAnArchive() throws Exception {
        byte[] day = tar(Map.of("1.json", "{\"a\":1}\n".repeat(5_000).getBytes(UTF_8)));
        Map<String, byte[]> days = new LinkedHashMap<>();
        days.put("01.tar", Arrays.copyOf(day, 10_000));
        days.put("02.tar", tar(Map.of("2.json", "{\"a\":2}\n".getBytes(UTF_8))));
        Path month = Files.write(folder.resolve("month.tar"), tar(days));
        try (TweetSource source = open(List.of(month), Map.of())) {
            List<Delivery> deliveries = all(source);
            assertThat(deliveries)
                    .anyMatch(d -> d.problem() != null && d.problem().contains("damaged"));
            assertThat(deliveries).anyMatch(d -> new String(d.bytes(), UTF_8).equals("{\"a\":2}"));
        }
    }

    @Test
    void endsWhereAnArchiveIsCompressedWithoutEnd() throws Exception {
        byte[] bomb = "{\"a\":1}\n".getBytes(UTF_8);
        for (int i = 0; i < 20; i++) {
            bomb = compressed(bomb);
        }
        Path file = Files.write(folder.resolve("bomb"), bomb);
        try (TweetSource source = open(List.of(file), Map.of())) {
            assertThat(all(source)).singleElement().satisfies(d -> assertThat(d.problem())
                    .contains("times over"));
        }
    }

    @Test
    void saysOfATruncatedTarThatItIs() throws Exception {
        byte[] whole = tar(Map.of("1.json", "{\"a\":1}\n".repeat(1_000).getBytes(UTF_8)));
        Path tar = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(whole, 5_000));
        try (TweetSource source = open(List.of(tar), Map.of())) {
            List<Delivery> deliveries = all(source);
            assertThat(deliveries).hasSizeGreaterThan(400);
            assertThat(deliveries)
                    .anyMatch(d -> d.problem() != null && d.problem().contains("damaged"));
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
            if (source.poll(Duration.ofSeconds(1)) instanceof Delivery delivery) {
                deliveries.add(delivery);
            }
        }
        return deliveries;
    }

    private static TweetSource open(List<Path> inputs, Map<String, SourcePosition> positions) throws IOException {
        return new ArchiveTweetSource(inputs, positions, Pace.of("max"), 1_000, InstantSource.fixed(NOW));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static byte[] compressed(String text) throws IOException {
        return compressed(text.getBytes(UTF_8));
    }

    private static byte[] compressed(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private static byte[] bzip2(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new BZip2CompressorOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] tar(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
                entry.setSize(member.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(member.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] zip(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                zip.putNextEntry(new ZipEntry(member.getKey()));
                zip.write(member.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
