package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tweetlake.sandbox.lake.GoldRecount;
import io.tweetlake.sandbox.lake.LakeFiles;
import io.tweetlake.sandbox.lake.LakeSql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Inputs made after public reports of people who keep posts: each folder of {@code cases} has its files and the right
 * outcome as SQL. All are drained at once, with posts that once took minutes and a file that was cut short, into a lake
 * whose path no tool likes.
 */
class CasesIT {
    private static final Duration BOUND = Duration.ofMinutes(4);

    /** One of them alone once kept silver busy for minutes. */
    private static final List<String> HOSTILE = List.of(
            "a.".repeat(12_000) + "a", "\u0130".repeat(24_000), "#a".repeat(12_000), "\u0301\u0316".repeat(12_000));

    @TempDir
    private Path folder;

    @Test
    void eachHasItsRightOutcome() throws Exception {
        List<Path> cases = cases();
        assertThat(cases).hasSize(9);
        Path more = Files.createDirectories(folder.resolve("in put [1],ü {x} ${y} 100%"));
        Files.write(more.resolve("hostile.jsonl"), hostile());
        Files.write(more.resolve("languages.jsonl"), languages());
        byte[] whole = compressed("""
                {"id_str": "8990000000000000001", "full_text": "whole #cutshort", "created_at": "Wed Jul 03 06:30:01 +0000 2019", "user": {"id_str": "7"}}
                {"id_str": "8990000000000000002", "full_text": "whole #cutshort", "created_at": "Wed Jul 03 06:30:02 +0000 2019", "user": {"id_str": "7"}}
                """);
        Path packed = Files.write(more.resolve("cut.jsonl.gz"), Arrays.copyOf(whole, whole.length - 20));
        Path notes = Files.writeString(more.resolve("notes.txt"), "no posts");
        Path lake = folder.resolve("lake [2026] #1 +ä 100%25");
        List<String> arguments = new ArrayList<>(List.of(
                "--source", "archive", "--until-drained", "--lake", lake.toUri().toString(), "--input"));
        cases.forEach(one -> arguments.add(one.resolve("input").toString()));
        arguments.add(more.toString());
        Path workdir = folder.resolve("work");
        JsonNode first = drain(workdir, arguments, 1, "damaged: " + packed, "refused: " + notes);
        assertThat(first.path("inputs").path("damaged").asLong()).isEqualTo(1);
        assertThat(first.path("inputs").path("refused").asLong()).isEqualTo(1);

        Files.write(packed, whole);
        Files.delete(notes);
        JsonNode second = drain(workdir, arguments, 0);
        assertThat(second.path("inputs").path("damaged").asLong()).isZero();
        assertThat(second.path("inputs").path("refused").asLong()).isZero();

        try (LakeFiles files = new LakeFiles(URI.create(lake.toUri().toString()));
                LakeSql sql = LakeSql.open(files, workdir.resolve("cache"))) {
            Map<String, String> wrong = new TreeMap<>();
            for (Path one : cases) {
                List<Object> outcome = sql.query(
                                "SELECT ok, seen FROM (" + Files.readString(one.resolve("check.sql")) + ")")
                        .rows()
                        .get(0);
                if (!Boolean.TRUE.equals(outcome.get(0))) {
                    wrong.put(one.getFileName().toString(), String.valueOf(outcome.get(1)));
                }
            }
            assertThat(wrong).isEmpty();
            assertThat(count(sql, "id LIKE '888%'")).isEqualTo(HOSTILE.size());
            assertThat(count(sql, "id LIKE '899%'")).isEqualTo(2);
            assertThat(sql.query(
                                    "SELECT count(*) FROM (SELECT unnest(facets, recursive := true) FROM gold.hashtag_counts"
                                            + " WHERE hashtag = 'manytongues') WHERE lang = 'other'")
                            .rows()
                            .get(0)
                            .get(0))
                    .as("facets of languages beyond those that are told apart")
                    .isNotEqualTo(0L);
            assertThat(GoldRecount.of(sql, new Workdir(workdir).grace().orElseThrow()))
                    .allMatch(found -> found.different() == 0);
        }
        for (String command : List.of("verify", "compact", "verify")) {
            Tweetlake.Ended ended =
                    Tweetlake.run("lake", command, "--lake", lake.toUri().toString());
            assertThat(ended.code()).as(command + ended.out() + ended.err()).isZero();
        }
        assertThatForgottenInputsAreNamed(workdir, packed);
    }

    private static void assertThatForgottenInputsAreNamed(Path workdir, Path packed) throws Exception {
        Tweetlake.Ended listed = Tweetlake.run("sources", "ls", "--json", "--workdir", workdir.toString());
        assertThat(listed.out()).contains("\"input\":\"" + packed + "\",\"state\":\"read\",\"values\":2");
        assertThat(Tweetlake.run("sources", "forget", packed.toString(), "--workdir", workdir.toString())
                        .code())
                .isZero();
        assertThat(Tweetlake.run("sources", "ls", "--workdir", workdir.toString())
                        .out())
                .doesNotContain(packed.toString());
        assertThat(Tweetlake.run("sources", "forget", "nothing", "--workdir", workdir.toString())
                        .code())
                .isEqualTo(2);
    }

    private static JsonNode drain(Path workdir, List<String> arguments, int code, String... said) throws Exception {
        try (Up up = Up.start(workdir, arguments.toArray(String[]::new))) {
            assertThat(up.await(BOUND)).as(up.err()).isEqualTo(code);
            assertThat(List.of(said)).allSatisfy(line -> assertThat(up.err()).contains(line));
            assertThat(up.account().path("balanced").asBoolean()).as(up.err()).isTrue();
            return up.account();
        }
    }

    private static long count(LakeSql sql, String condition) throws Exception {
        return ((Number) sql.query("SELECT count(*) FROM silver.tweets WHERE " + condition)
                        .rows()
                        .get(0)
                        .get(0))
                .longValue();
    }

    private static List<Path> cases() throws Exception {
        Path all = Path.of(
                Objects.requireNonNull(CasesIT.class.getResource("/cases")).toURI());
        try (Stream<Path> folders = Files.list(all)) {
            return folders.sorted().toList();
        }
    }

    private static byte[] hostile() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < HOSTILE.size(); i++) {
            ObjectNode post = JsonNodeFactory.instance.objectNode();
            post.put("id_str", "888000000000000000" + i)
                    .put("text", HOSTILE.get(i))
                    .put("lang", "en");
            post.put("created_at", "Wed Jul 03 06:30:01 +0000 2019")
                    .putObject("user")
                    .put("id_str", "7");
            lines.append(post).append('\n');
        }
        return lines.toString().getBytes(UTF_8);
    }

    /** Of more languages than facets tell apart, in both tiers. */
    private static byte[] languages() {
        StringBuilder lines = new StringBuilder();
        List<String> all = List.of(Locale.getISOLanguages());
        for (int i = 0; i < 150; i++) {
            ObjectNode post = JsonNodeFactory.instance.objectNode();
            post.put("id_str", String.valueOf(8_870_000_000_000_000_000L + i));
            post.put("full_text", (i % 7 == 0 ? "machine learning " : "") + "#manytongues");
            post.put("lang", all.get(i % 2 == 0 ? i % 30 : i % 60));
            post.put("created_at", "Wed Jul 03 06:30:01 +0000 2019");
            post.putObject("user").put("id_str", String.valueOf(i % 40));
            lines.append(post).append('\n');
        }
        return lines.toString().getBytes(UTF_8);
    }

    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
