package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessageTreeTest {
    private static final Path SOURCES = Path.of("src/main/java/io/tweetlake/model");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** The shape of a field's name; the other words of the sources that look like one are listed. */
    private static final Pattern NAME = Pattern.compile("\"([$a-z][a-zA-Z]*(?:_[a-z]+)*)\"");

    private static final List<String> NO_NAMES = List.of(
            "x",
            "he",
            "id",
            "in",
            "iw",
            "und",
            "empty",
            "unreadable",
            "quoted",
            "retweeted",
            "replied_to",
            "bluesky",
            "mastodon",
            "update",
            "message",
            "mention",
            "link",
            "deleted",
            "undeleted",
            "protected",
            "unprotected",
            "suspended",
            "unsuspended");

    @Test
    void keepsEveryFieldThatIsReadAnywhere() throws Exception {
        for (String file : List.of(
                "StreamMessageParser",
                "WirePost",
                "WirePostV1",
                "WirePostV2",
                "WirePostBluesky",
                "WirePostMastodon",
                "XNotices",
                "MarkReader")) {
            Matcher names = NAME.matcher(Files.readString(SOURCES.resolve(file + ".java")));
            while (names.find()) {
                String name = names.group(1);
                if (!NO_NAMES.contains(name)) {
                    assertThat(MessageTree.read(message("{\"data\": {\"quote\": {\"%s\": 7}}}", name))
                                    .path("data")
                                    .path("quote")
                                    .path(name)
                                    .asInt())
                            .as(file + " reads " + name)
                            .isEqualTo(7);
                }
            }
        }
    }

    @Test
    void givesThePostOfTheWholeTree() throws Exception {
        for (String line : RealMessagesTest.allLines()) {
            assertThat(outcome(() -> StreamMessageParser.parse(line.getBytes(UTF_8))))
                    .isEqualTo(outcome(() -> StreamMessageParser.message(JSON.readTree(line))));
        }
    }

    @Test
    void routesEveryMessageAsTheWholeOfItWould() throws Exception {
        for (String line : RealMessagesTest.allLines()) {
            byte[] message = line.getBytes(UTF_8);
            assertThat(routing(() -> StreamMessageParser.parseForRouting(message)))
                    .isEqualTo(routing(() -> StreamMessageParser.parse(message)));
        }
    }

    private static Object routing(Reading reading) throws Exception {
        try {
            StreamMessage message = reading.message();
            return message instanceof PostMessage post
                    ? List.of(post.source(), post.id(), post.text(), post.matchedRules())
                    : ((Notice) message).kind() + ((Notice) message).postId() + ((Notice) message).userId();
        } catch (MalformedMessageException broken) {
            return broken.getMessage();
        }
    }

    @Test
    void refusesWhatIsBrokenWhereNobodyReads() {
        for (String broken : Stream.of(
                        "{\"unread\": [1, }", "{\"unread\": {\"a\": tru}}", "{\"id\": 1} x", "{\"unread\": \"cut o")
                .toList()) {
            assertThatThrownBy(() -> MessageTree.read(broken.getBytes(UTF_8))).isInstanceOf(IOException.class);
        }
    }

    /** A message with everything that JSON has, broken at random: whatever Jackson refuses is refused. */
    @Test
    void agreesWithJacksonOnWhatIsBroken() throws Exception {
        byte[] whole = """
                {"id": -12.5e+3, "text": "a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00 é日😀", "user": {"id": 123456789012345678901234567890},
                 "unread": [true, false, null, [], {}, [1, {"a": "é日😀\\u12aF"}], 0, -1, 1E5, 0.25], "lang": null}
                """.getBytes(UTF_8);
        byte[] alphabet = "{}[]:,\"\\/ubfnrt truefalsn0123456789.-+eE\n\t\u0001é日😀".getBytes(UTF_8);
        Random random = new Random(1);
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] broken = whole.clone();
            for (int edits = random.nextInt(3); edits >= 0; edits--) {
                broken[random.nextInt(broken.length)] = alphabet[random.nextInt(alphabet.length)];
            }
            byte[] message = random.nextInt(10) == 0 ? Arrays.copyOf(broken, random.nextInt(broken.length)) : broken;
            boolean ours = isRead(() -> MessageTree.read(message));
            assertThat(ours).as(new String(message, UTF_8)).isEqualTo(isSound(message));
            accepted += ours ? 1 : 0;
        }
        assertThat(accepted).isBetween(10_000, 190_000);
    }

    /** Jackson takes some overlong and truncated UTF-8 for characters. */
    private static boolean isSound(byte[] message) {
        return isRead(() -> STRICT.readTree(message))
                && isRead(() -> UTF_8.newDecoder().decode(ByteBuffer.wrap(message)));
    }

    private interface Tree {
        Object read() throws IOException;
    }

    private static boolean isRead(Tree tree) {
        try {
            tree.read();
            return true;
        } catch (IOException broken) {
            return false;
        }
    }

    /** Many are read at once: each place of each of them, and bytes that look like what belongs there. */
    @Test
    void agreesWithJacksonOnEscapes() throws Exception {
        byte[] others = {
            '\\',
            'u',
            'U',
            '"',
            '/',
            ':',
            '@',
            'G',
            '`',
            'g',
            '0',
            '9',
            'A',
            'F',
            'a',
            'f',
            0x10,
            0x7f,
            (byte) 0xaf,
            (byte) 0xb1,
            (byte) 0xe9,
            (byte) 0xff
        };
        for (int escapes = 1; escapes <= 10; escapes++) {
            byte[] sound = ("{\"text\":\""
                            + "\\u00E9\\u30a2\\u0430\\u0041".repeat(3).substring(0, 6 * escapes) + "z\"}")
                    .getBytes(UTF_8);
            assertThat(MessageTree.read(sound)).isEqualTo(JSON.readTree(sound));
            for (int place = 9; place < sound.length - 2; place++) {
                for (byte other : others) {
                    byte[] changed = sound.clone();
                    changed[place] = other;
                    boolean isJson = isSound(changed);
                    assertThat(isRead(() -> MessageTree.read(changed)))
                            .as(new String(changed, UTF_8))
                            .isEqualTo(isJson);
                    if (isJson) {
                        assertThat(MessageTree.read(changed)).isEqualTo(JSON.readTree(changed));
                    }
                }
            }
        }
    }

    @Test
    void isMissingForWhiteSpace() throws Exception {
        assertThat(MessageTree.read(" \r\n".getBytes(UTF_8)).isMissingNode()).isTrue();
    }

    private interface Reading {
        StreamMessage message() throws Exception;
    }

    private static Object outcome(Reading reading) {
        try {
            StreamMessage message = reading.message();
            return message instanceof PostMessage post ? post.post() : message;
        } catch (MalformedMessageException | IOException broken) {
            return "broken";
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private static byte[] message(String template, String name) {
        return template.formatted(name).getBytes(UTF_8);
    }
}
