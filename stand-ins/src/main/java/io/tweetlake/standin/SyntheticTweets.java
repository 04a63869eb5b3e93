package io.tweetlake.standin;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * An endless stream of invented v2 filtered-stream messages with the proportions of a real one: about half are
 * retweets, whose originals are chosen so that few make most of them; hashtags follow Zipf's law; two in five are not
 * in English; one in five smiles; some are deleted again, and one in two hundred is delivered twice. Nobody in it
 * exists.
 *
 * <p>The same seed and the same times give the same messages. Not thread-safe.
 */
public final class SyntheticTweets {
    private static final long SNOWFLAKE_EPOCH_MILLIS = 1_288_834_974_657L;
    private static final int RECENT_ORIGINALS = 400;

    private static final int RECENT_RETWEETS = 60;

    private static final double CASCADES = 0.7;
    private static final double RETWEETS = 0.5;
    private static final double DELETES = 0.03;
    private static final double REPEATS = 0.005;
    private static final double AI_POSTS = 0.3;
    private static final double SMILES = 0.2;

    private final JsonMapper json = new JsonMapper();
    private final Random random;
    private final Deque<ObjectNode> originals = new ArrayDeque<>();
    private final List<ObjectNode> echoes = new ArrayList<>();
    private long sequence;
    private String last = "";

    public SyntheticTweets(long seed) {
        random = new Random(seed);
    }

    /** The next message, a JSON object in one line, of a post created at this time. */
    public String next(Instant at) {
        double dice = random.nextDouble();
        if (dice < REPEATS && !last.isEmpty()) {
            return last;
        }
        if (dice < REPEATS + DELETES && !originals.isEmpty()) {
            return delete(pickOriginal(), at);
        }
        boolean retweets = random.nextDouble() < RETWEETS && originals.size() > 10;
        last = (retweets ? retweet(pickOriginal(), at) : original(at)).toString();
        return last;
    }

    private ObjectNode original(Instant at) {
        boolean ai = random.nextDouble() < AI_POSTS;
        SyntheticWords.Language language = SyntheticWords.language(random);
        List<String> hashtags = new ArrayList<>();
        String text = compose(language, ai, hashtags);
        ObjectNode message = json.createObjectNode();
        ObjectNode data = message.putObject("data");
        int author = zipf(5_000);
        describe(data, id(at), at, author, language.code(), text);
        ArrayNode tags = data.putObject("entities").putArray("hashtags");
        for (String hashtag : hashtags) {
            int start = text.codePointCount(0, text.indexOf("#" + hashtag));
            tags.addObject()
                    .put("start", start)
                    .put("end", start + 1 + hashtag.codePointCount(0, hashtag.length()))
                    .put("tag", hashtag);
        }
        message.putObject("includes").putArray("users").add(user(author));
        rules(message, ai);
        originals.addLast(message);
        if (originals.size() > RECENT_ORIGINALS) {
            originals.removeFirst();
        }
        return message;
    }

    /** As the platform does it: its own text is cut, the whole original is among the includes. */
    private ObjectNode retweet(ObjectNode original, Instant at) {
        ObjectNode data = (ObjectNode) original.path("data");
        ObjectNode message = json.createObjectNode();
        int author = zipf(20_000);
        String handle =
                original.path("includes").path("users").path(0).path("username").asText();
        String text = "RT @" + handle + ": " + data.path("text").asText();
        String cut = text.codePointCount(0, text.length()) <= 140
                ? text
                : text.substring(0, text.offsetByCodePoints(0, 139)) + "…";
        ObjectNode repost = message.putObject("data");
        describe(repost, id(at), at, author, data.path("lang").asText(), cut);
        repost.putArray("referenced_tweets")
                .addObject()
                .put("type", "retweeted")
                .put("id", data.path("id").asText());
        ObjectNode includes = message.putObject("includes");
        includes.putArray("users")
                .add(user(author))
                .add(original.path("includes").path("users").path(0));
        includes.putArray("tweets").add(data);
        message.set("matching_rules", original.path("matching_rules"));
        return message;
    }

    private String delete(ObjectNode original, Instant at) {
        ObjectNode message = json.createObjectNode();
        ObjectNode delete = message.putObject("data").putObject("delete");
        delete.putObject("tweet")
                .put("id", original.path("data").path("id").asText())
                .put("author_id", original.path("data").path("author_id").asText());
        delete.put("event_at", at.truncatedTo(ChronoUnit.MILLIS).toString());
        return message.toString();
    }

    private void describe(ObjectNode data, String id, Instant at, int author, String lang, String text) {
        data.put("id", id)
                .put("text", text)
                .put("author_id", userId(author))
                .put("created_at", at.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("lang", lang)
                .put("conversation_id", id)
                .put("possibly_sensitive", false);
        data.putArray("edit_history_tweet_ids").add(id);
        data.putObject("public_metrics")
                .put("retweet_count", 0)
                .put("reply_count", 0)
                .put("like_count", 0)
                .put("quote_count", 0);
    }

    private String compose(SyntheticWords.Language language, boolean ai, List<String> hashtags) {
        StringBuilder text = new StringBuilder(SyntheticWords.sentence(language, ai, random));
        int wanted = random.nextInt(3);
        List<String> choice = ai ? SyntheticWords.AI_TAGS : SyntheticWords.TAGS;
        for (int i = 0; i < wanted; i++) {
            String hashtag = choice.get(zipf(choice.size()));
            if (!hashtags.contains(hashtag)) {
                hashtags.add(hashtag);
                text.append(random.nextInt(4) == 0 ? "\n#" : " #").append(hashtag);
            }
        }
        if (random.nextDouble() < SMILES) {
            text.append(' ').append(SyntheticWords.SMILES.get(zipf(SyntheticWords.SMILES.size())));
        }
        if (random.nextInt(4) == 0) {
            text.append(" https://example.org/").append(Integer.toString(random.nextInt(100_000), 36));
        }
        return text.toString();
    }

    private void rules(ObjectNode message, boolean ai) {
        message.putArray("matching_rules")
                .addObject()
                .put("id", ai ? "1700000000000000001" : "1700000000000000002")
                .put("tag", ai ? "ai" : "generic");
    }

    private ObjectNode user(int number) {
        ObjectNode user = json.createObjectNode();
        user.put("id", userId(number))
                .put("name", SyntheticWords.person(number))
                .put("username", "synthetic_" + number);
        user.putObject("public_metrics").put("followers_count", 1_000_000 / (number + 1));
        return user;
    }

    private static String userId(int number) {
        return String.valueOf(9_000_000_000L + number);
    }

    /** A snowflake: time, then a sequence number in place of machine and sequence. */
    private String id(Instant at) {
        return String.valueOf(((at.toEpochMilli() - SNOWFLAKE_EPOCH_MILLIS) << 22) | (sequence++ & 0x3fffff));
    }

    /** What was just retweeted is likely to be retweeted again, so that few originals make most of the retweets. */
    private ObjectNode pickOriginal() {
        boolean again = !echoes.isEmpty() && random.nextDouble() < CASCADES;
        ObjectNode picked = again ? echoes.get(random.nextInt(echoes.size())) : pickRecent();
        echoes.add(picked);
        if (echoes.size() > RECENT_RETWEETS) {
            echoes.remove(0);
        }
        return picked;
    }

    private ObjectNode pickRecent() {
        int steps = zipf(originals.size());
        var newestFirst = originals.descendingIterator();
        ObjectNode picked = newestFirst.next();
        for (int i = 0; i < steps; i++) {
            picked = newestFirst.next();
        }
        return picked;
    }

    /** From 0 up to, not including, n; k is drawn about 1 / (k + 1) as often as 0. */
    private int zipf(int n) {
        return (int) Math.min(n - 1, Math.floor(Math.pow(n + 1.0, random.nextDouble())) - 1);
    }
}
