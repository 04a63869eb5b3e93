package io.tweetlake.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes messages that are nearly what a platform delivers: each is sound but for what chance has done to it. */
final class HostileMessages {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final List<String> SOUND = List.of("""
            {"id": 1146305063603265536, "id_str": "1146305063603265536", "text": "Ada in London #AI &amp; more https://t.co/a",
             "created_at": "Wed Jul 03 06:30:01 +0000 2019", "timestamp_ms": "1562135401657", "lang": "en",
             "source": "<a href='x'>App</a>", "possibly_sensitive": false, "in_reply_to_status_id_str": "5",
             "user": {"id_str": "7", "name": "Ann", "screen_name": "ann", "followers_count": 3},
             "coordinates": {"type": "Point", "coordinates": [13.4, 52.5]},
             "place": {"id": "p1", "full_name": "Berlin", "country_code": "DE"},
             "retweet_count": 1, "favorite_count": 2, "reply_count": 3, "quote_count": 4,
             "entities": {"hashtags": [{"text": "AI", "indices": [14, 17]}], "symbols": [], "user_mentions": [],
               "urls": [{"url": "https://t.co/a", "expanded_url": "https://example.org/a", "indices": [29, 43]}]}}""", """
            {"id_str": "1146305063603265537", "text": "cut", "created_at": "Wed Jul 03 06:30:01 +0000 2019",
             "user": {"id_str": "7"}, "retweeted_status": {"id_str": "9", "text": "cut",
             "extended_tweet": {"full_text": "the whole text #Full",
             "entities": {"hashtags": [{"text": "Full", "indices": [15, 20]}]},
             "extended_entities": {"media": [{"media_url_https": "https://pbs.example.org/m.jpg"}]}}}}""", """
            {"data": {"id": "1212092628029698048", "text": "hello", "author_id": "7", "lang": "en",
               "created_at": "2019-12-31T19:26:16.000Z", "edit_history_tweet_ids": ["1212092628029698048"],
               "note_tweet": {"text": "Alan Turing in Paris #Note", "entities": {"hashtags": [{"tag": "Note", "start": 21, "end": 26}],
                 "annotations": [{"start": 15, "end": 19, "type": "Place", "normalized_text": "Paris"}]}},
               "referenced_tweets": [{"type": "quoted", "id": "9"}], "public_metrics": {"like_count": 2},
               "geo": {"place_id": "p1", "coordinates": {"type": "Point", "coordinates": [13.4, 52.5]}},
               "attachments": {"media_keys": ["3_1"]}, "withheld": {"country_codes": ["DE"]}},
             "includes": {"users": [{"id": "7", "username": "ann", "public_metrics": {"followers_count": 3}}],
               "places": [{"id": "p1", "full_name": "Berlin"}], "media": [{"media_key": "3_1", "url": "https://e.org/m"}]},
             "matching_rules": [{"id": "1", "tag": "ai"}, {"id": 2}]}""", """
            {"delete": {"status": {"id_str": "5", "user_id_str": "7"}, "timestamp_ms": "1562135401657"}}""");

    private static final List<String> UNITS = List.of(
            "a.",
            "b.com_",
            "a-",
            "a_.",
            "é.",
            "http://",
            "https://t.co/a",
            "a.com/(",
            "@",
            "@a",
            "#",
            "#1",
            "#a",
            "İ",
            "$A ",
            "\u0301\u0316",
            "\u200d",
            "👩\u200d",
            "👍🏽",
            "🇩🇪",
            "1\ufe0f\u20e3",
            "\u202e",
            "\ud83d",
            "\u0000",
            "각",
            "ﷺ",
            "&amp;",
            "&#",
            "&a",
            "<",
            "<a href=\"",
            "<!-- ",
            "(",
            ")",
            "[",
            ":)",
            ":",
            "-",
            ".",
            "'",
            "a@a.",
            "1",
            "1,",
            "1/2 ",
            "+1 (",
            "A.",
            "U.S. ",
            "John ",
            "ab",
            "日本",
            "ส",
            "हि",
            "\n",
            " ",
            "\u3000",
            "\u2028",
            "_",
            "/",
            "…",
            "RT @",
            "xn--");

    private final Random random;

    HostileMessages(long seed) {
        random = new Random(seed);
    }

    byte[] next() {
        try {
            ObjectNode message = (ObjectNode) JSON.readTree(SOUND.get(random.nextInt(SOUND.size())));
            if (random.nextBoolean()) {
                renameIds(message);
            }
            for (int mutations = random.nextInt(5); mutations > 0; mutations--) {
                mutate(message);
            }
            byte[] bytes = JSON.writeValueAsBytes(message);
            return random.nextInt(6) == 0 ? damaged(bytes) : bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void renameIds(ObjectNode message) {
        String id = String.valueOf(1_146_305_063_603_265_536L + random.nextInt(1 << 30));
        ObjectNode post = message.has("data") ? (ObjectNode) message.get("data") : message;
        post.put(message.has("data") ? "id" : "id_str", id);
    }

    /** Replaces, removes or adds somewhere in a tree. */
    private void mutate(ObjectNode message) {
        List<ContainerNode<?>> containers = new ArrayList<>();
        collect(message, containers);
        ContainerNode<?> at = containers.get(random.nextInt(containers.size()));
        if (at instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.isEmpty() ? "text" : names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, value());
            }
        } else if (at instanceof ArrayNode array) {
            array.add(value());
        }
    }

    private static void collect(JsonNode node, List<ContainerNode<?>> into) {
        if (node instanceof ContainerNode<?> container) {
            into.add(container);
            container.forEach(child -> collect(child, into));
        }
    }

    private JsonNode value() {
        return switch (random.nextInt(14)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextInt());
            case 3 -> NODES.numberNode(random.nextLong());
            case 4 -> NODES.numberNode(-Math.abs(random.nextLong()));
            case 5 -> NODES.numberNode(new BigInteger(200, random));
            case 6 -> NODES.numberNode(random.nextGaussian() * 1e300);
            case 7 -> NODES.arrayNode().add(1).add("x").addNull();
            case 8 -> NODES.objectNode().put("id", "1").put("text", "inner");
            case 9 -> NODES.textNode("");
            default -> NODES.textNode(text());
        };
    }

    private String text() {
        return switch (random.nextInt(17)) {
            case 0 -> random.nextInt(40) == 0 ? "Ada ".repeat(250_000) : "x".repeat(5_000);
            case 1 -> random.nextInt(20) == 0 ? "#tag".repeat(10_000) : "#a #b ".repeat(50);
            case 2 -> "\ud800 lone \udc00 surrogates \udfff";
            case 3 -> "\u202eright to left \u2067 and \u200f marks \u2069";
            case 4 -> "z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308".repeat(1 + random.nextInt(30)) + "algo";
            case 5 -> "nul \u0000 and \u0007 bell \u001b[31m escape \u0085";
            case 6 -> "&amp;&amp;lt; &#39; &unknown; &";
            case 7 -> "\r\n\u2028\n \n";
            case 8 -> "https://".repeat(20) + " http:// https://t.co/" + "a".repeat(300);
            case 9 -> "\ud83d\udc69" + "\u200d\ud83d\udc69".repeat(random.nextInt(200));
            case 10 -> "-9223372036854775809";
            case 11 -> "2019-13-45T99:99:99Z";
            case 12 -> "+999999999-12-31T23:59:59Z";
            case 14 -> mixed(1 + random.nextInt(random.nextInt(200) == 0 ? 90_000 : 2_000));
            case 15 -> UNITS.get(random.nextInt(UNITS.size())).repeat(1 + random.nextInt(300));
            case 13 -> "<script>alert(1)</script> @" + "b".repeat(100) + " $ABC $abcdefg";
            default ->
                random.ints(random.nextInt(300), 0, 0x3000)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
        };
    }

    /** Some of what is slow somewhere, repeated so often that it is as long as wanted. */
    private String mixed(int length) {
        StringBuilder text = new StringBuilder();
        List<String> some = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            some.add(UNITS.get(random.nextInt(UNITS.size())));
        }
        while (text.length() < length) {
            text.append(some.get(random.nextInt(some.size())));
        }
        return text.toString();
    }

    private byte[] damaged(byte[] bytes) {
        byte[] damaged = bytes.clone();
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(damaged, random.nextInt(damaged.length));
            case 1 -> {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                yield damaged;
            }
            case 2 -> {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                yield noise;
            }
            case 3 -> ("{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000)).getBytes(UTF_8);
            default -> (new String(damaged, UTF_8) + "{}").getBytes(UTF_8);
        };
    }
}
