package io.tweetlake.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.tweetlake.model.FileState;
import io.tweetlake.model.FileState.Outcome;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.runtime.config.InvalidConfigException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
    void readsAFolderInTheOrderOfItsPathsAndRefusesWhatHoldsNoJson() throws Exception {
        Files.createDirectories(folder.resolve("in/2"));
        file("in/2/b.data", "{\"n\":2}\n");
        file("in/1.json", "\n".repeat(5_000) + " {\"n\":1}\n");
        file("in/NOTICE.json", "not this");
        try (TweetSource source = open(List.of(folder.resolve("in")), Map.of())) {
            List<Delivery> all = all(source);
            assertThat(all)
                    .extracting(d -> new String(d.bytes(), UTF_8))
                    .containsExactly("{\"n\":1}", "", "{\"n\":2}", "", "");
            assertThat(all.get(4).position().file().cause()).isEqualTo("it holds no JSON");
            assertThat(all)
                    .extracting(d -> d.position().file().outcome())
                    .containsExactly(null, Outcome.READ, null, Outcome.READ, Outcome.REFUSED);
            assertThat(source.unreadable()).isEqualTo(1);
        }
    }

    @Test
    void readsWhatLinksLeadToOnce() throws Exception {
        Files.createDirectories(folder.resolve("far"));
        Files.createDirectories(folder.resolve("in"));
        file("far/1.json", "{\"n\":1}\n");
        file("2.json", "{\"n\":2}\n");
        Files.createSymbolicLink(folder.resolve("in/a"), folder.resolve("far"));
        Files.createSymbolicLink(folder.resolve("in/b.json"), folder.resolve("2.json"));
        Files.createSymbolicLink(folder.resolve("in/c.json"), folder.resolve("2.json"));
        Files.createSymbolicLink(folder.resolve("in/d"), folder.resolve("in"));
        Files.createSymbolicLink(folder.resolve("in/e.json"), folder.resolve("gone"));
        try (TweetSource source = open(List.of(folder.resolve("in")), Map.of())) {
            List<Delivery> all = all(source);
            assertThat(all)
                    .extracting(d -> new String(d.bytes(), UTF_8))
                    .filteredOn(text -> !text.isEmpty())
                    .containsExactly("{\"n\":1}", "{\"n\":2}");
            assertThat(all)
                    .extracting(d -> d.position().file().cause())
                    .filteredOn(cause -> cause != null)
                    .containsExactly("a link that leads nowhere");
        }
    }

    @Test
    void readsAnyUnicode() throws Exception {
        String text = "{\"n\":\"é🦜\"}\r\n{\"n\":2}\r\n";
        for (String charset : List.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
            for (String mark : List.of("", "\ufeff")) {
                Path file = Files.write(
                        folder.resolve(charset + mark.length()), (mark + text).getBytes(Charset.forName(charset)));
                Path packed = Files.write(
                        folder.resolve(charset + mark.length() + ".gz"),
                        compressed((mark + text).getBytes(Charset.forName(charset))));
                try (TweetSource source = open(List.of(file, packed), Map.of())) {
                    assertThat(messages(source, 4))
                            .as(charset)
                            .containsExactly("{\"n\":\"é🦜\"}", "{\"n\":2}", "{\"n\":\"é🦜\"}", "{\"n\":2}");
                }
            }
        }
    }

    @Test
    void readsEveryMemberOfACompressedFileUpToItsPadding() throws Exception {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        ByteArrayOutputStream bzip2 = new ByteArrayOutputStream();
        ByteArrayOutputStream zstd = new ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
            gzip.write(compressed("{\"n\":" + i + "}\n"));
            gzip.write(compressed(""));
            bzip2.write(bzip2("{\"n\":" + i + "}\n"));
            zstd.write(Zstd.compress(("{\"n\":" + i + "}\n").getBytes(UTF_8)));
        }
        gzip.write(new byte[1_000]);
        bzip2.write(new byte[1_000]);
        for (ByteArrayOutputStream packed : List.of(gzip, bzip2, zstd)) {
            Path file = Files.write(folder.resolve("packed" + packed.size()), packed.toByteArray());
            try (TweetSource source = open(List.of(file), Map.of())) {
                List<Delivery> all = all(source);
                assertThat(all).hasSize(101).allMatch(d -> d.problem() == null);
                assertThat(source.unreadable()).isZero();
            }
        }
        gzip.write("rubbish".getBytes(UTF_8));
        Path file = Files.write(folder.resolve("rubbish"), gzip.toByteArray());
        try (TweetSource source = open(List.of(file), Map.of())) {
            List<Delivery> all = all(source);
            assertThat(all).hasSize(101);
            assertThat(all.get(100).problem()).contains("damaged", "behind the last whole member");
        }
    }

    @Test
    void namesFormatsThatItDoesNotRead() throws Exception {
        Path seven =
                Files.write(folder.resolve("a"), new byte[] {'7', 'z', (byte) 0xbc, (byte) 0xaf, 0x27, 0x1c, 0, 4});
        Path parquet = Files.write(folder.resolve("b"), "PAR1....".getBytes(UTF_8));
        try (TweetSource source = open(List.of(seven, parquet), Map.of())) {
            assertThat(all(source))
                    .extracting(d -> d.position().file().cause())
                    .containsExactly("it is a 7z file, which is not read", "it is a Parquet file, which is not read");
        }
    }

    @Test
    void continuesBehindTheCommittedValueAndSkipsWhatIsComplete() throws Exception {
        Path first = file("1.jsonl", "{\"a\":1}\n{\"b\":1}\n{\"c\":1}\n");
        Path second = file("2.jsonl", "{\"d\":1}\n");
        Map<String, SourcePosition> positions = new HashMap<>();
        try (TweetSource source = open(List.of(first, second), Map.of())) {
            List<Delivery> all = all(source);
            positions.put(first.toString(), all.get(1).position());
            positions.put(second.toString(), all.get(5).position());
        }
        try (TweetSource source = open(List.of(first, second), positions)) {
            List<Delivery> rest = all(source);
            assertThat(rest).extracting(d -> new String(d.bytes(), UTF_8)).containsExactly("{\"c\":1}", "");
            assertThat(rest).extracting(d -> d.position().line()).containsExactly(3L, 3L);
            assertThat(rest).extracting(d -> d.position().complete()).containsExactly(false, true);
        }
    }

    @Test
    void readsOnWhatHasGrownAndAgainWhatHasChanged() throws Exception {
        Path plain = file("1.jsonl", "{\"a\":1}\n{\"b\":1}\n{\"c\":");
        Map<String, SourcePosition> positions = read(plain, Map.of(), "{\"a\":1}", "{\"b\":1}", "{\"c\":");
        file("1.jsonl", "{\"a\":1}\n{\"b\":1}\n{\"c\":1}\n{\"d\":1}\n");
        positions = read(plain, positions, "{\"c\":1}", "{\"d\":1}");
        assertThat(read(plain, positions)).isEmpty();
        file("1.jsonl", "{\"z\":1}\n");
        positions = read(plain, positions, "{\"z\":1}");
        assertThat(read(plain, positions)).isEmpty();

        Path glued = file("3.jsonl", "{\"a\":1}{\"b\":2}\n");
        positions = read(glued, Map.of(), "{\"a\":1}", "{\"b\":2}");
        file("3.jsonl", "{\"a\":1}{\"b\":2}\n{\"c\":3}\n{\"d\":4}\n");
        read(glued, positions, "{\"a\":1}{\"b\":2}", "{\"c\":3}", "{\"d\":4}");

        byte[] whole = compressed("{\"a\":1}\n{\"b\":1}\n");
        Path packed = Files.write(folder.resolve("2.gz"), Arrays.copyOf(whole, whole.length - 9));
        positions = read(packed, Map.of(), "{\"a\":1}", "{\"b\":1}");
        Files.write(packed, whole);
        positions = read(packed, positions, "{\"a\":1}", "{\"b\":1}");
        assertThat(read(packed, positions)).isEmpty();
    }

    /** A member of yesterday's archive is not one of today's, though it has its name. */
    @Test
    void readsEveryMemberOfAnArchiveThatIsAnother() throws Exception {
        Path tar = folder.resolve("dump.tar");
        Files.write(tar, tar(members("old")));
        Map<String, SourcePosition> positions =
                new HashMap<>(read(tar, Map.of(), "{\"a\":\"old\"}", "{\"b\":\"old\"}", "{\"c\":\"old\"}"));
        byte[] today = tar(members("new"));
        Files.write(tar, Arrays.copyOf(today, 1_536 + 200));
        positions.putAll(read(tar, positions, "{\"a\":\"new\"}", "{\"b\":\"new\"}"));
        Files.write(tar, today);
        read(tar, positions, "{\"c\":\"new\"}");
    }

    private static Map<String, byte[]> members(String day) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (String name : List.of("a", "b", "c")) {
            members.put(name, ("{\"" + name + "\":\"" + day + "\"}\n").getBytes(UTF_8));
        }
        return members;
    }

    @Test
    void readsTarsThatWereJoinedWhateverTheirBlocks() throws Exception {
        byte[] first = unpadded(tar(members("one")));
        byte[] second = unpadded(tar(members("two")));
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        Path tar = Files.write(folder.resolve("joined.tar"), joined);
        try (TweetSource source = open(List.of(tar), Map.of())) {
            assertThat(messages(source, 6)).hasSize(6);
            assertThat(all(source)).allMatch(delivery -> delivery.problem() == null);
        }
    }

    /** With the two records of zeros that a tar must end with, and no more. */
    private static byte[] unpadded(byte[] tar) {
        int end = tar.length;
        while (end > 1_024 && Arrays.equals(tar, end - 1_536, end - 1_024, new byte[512], 0, 512)) {
            end -= 512;
        }
        return Arrays.copyOf(tar, end);
    }

    @Test
    void triesADamagedFileAgainAndSaysItOnce() throws Exception {
        byte[] whole = compressed("{\"a\":1}\n{\"b\":1}\n");
        Path packed = Files.write(folder.resolve("2.gz"), Arrays.copyOf(whole, whole.length - 9));
        Map<String, SourcePosition> positions = read(packed, Map.of(), "{\"a\":1}", "{\"b\":1}");
        try (TweetSource source = open(List.of(packed), positions)) {
            List<Delivery> again = all(source);
            assertThat(again).singleElement().satisfies(d -> assertThat(d.problem())
                    .isNull());
            assertThat(source.unreadable()).isEqualTo(1);
        }
    }

    /** The positions after a file was read from some on; what it delivered must be this. */
    private static Map<String, SourcePosition> read(Path file, Map<String, SourcePosition> from, String... values)
            throws Exception {
        Map<String, SourcePosition> positions = new HashMap<>();
        try (TweetSource source = open(List.of(file), from)) {
            List<String> read = new ArrayList<>();
            for (Delivery delivery : all(source)) {
                if (delivery.bytes().length > 0) {
                    read.add(new String(delivery.bytes(), UTF_8));
                }
                positions.put(delivery.position().input(), delivery.position());
            }
            assertThat(read).containsExactly(values);
        }
        return positions;
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
        FileState state = FileStates.of(tar);
        Map<String, SourcePosition> positions = Map.of(
                first, SourcePosition.line(first, 1, true, state.ended(Outcome.READ, null)),
                inZip, SourcePosition.line(inZip, 1, false, state));
        try (TweetSource source = open(List.of(tar), positions)) {
            List<Delivery> rest = all(source);
            assertThat(rest)
                    .extracting(d -> new String(d.bytes(), UTF_8))
                    .containsExactly("", "{\"a\":2}", "", "{\"a\":4}", "", "", "");
            assertThat(rest.get(rest.size() - 1).position())
                    .isEqualTo(SourcePosition.line(tar.toString(), 0, true, state.ended(Outcome.CONTAINER, null)));
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
        try (TweetSource source = open(List.of(broken, file("2.jsonl", "{}\n")), Map.of())) {
            List<Delivery> deliveries = all(source);
            assertThat(deliveries.get(0).problem()).contains("damaged");
            assertThat(deliveries.get(0).position().complete()).isTrue();
            assertThat(new String(deliveries.get(1).bytes(), UTF_8)).isEqualTo("{}");
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
