package io.tweetlake.topic;

import io.tweetlake.model.Books;
import io.tweetlake.model.ObservedNotice;
import io.tweetlake.model.Quality;
import io.tweetlake.model.Tweet;
import io.tweetlake.model.TweetEntities;
import java.util.List;
import java.util.stream.Stream;

/**
 * The topics of the silver tier: the live ones, or those of a version that is rebuilt from bronze beside them.
 *
 * @param service application id of who writes them
 * @param bronzeTweets what tweets and entities are made of
 * @param bronzeNotices what notices are made of
 */
public record Silver(
        String service,
        List<Topic<String, byte[]>> bronzeTweets,
        Topic<String, byte[]> bronzeNotices,
        Topic<String, Tweet> tweets,
        Topic<String, TweetEntities> entities,
        Topic<String, ObservedNotice> notices,
        Topic<String, Quality> quality,
        Topic<String, byte[]> deadLetters,
        Topic<String, Books> books) {

    /** How a version is called. */
    public static final String VERSION = "v[0-9]{1,9}";

    public static final Silver LIVE = new Silver(
            Topics.ENRICH_STREAMS,
            List.of(Topics.BRONZE_TWEETS_AI, Topics.BRONZE_TWEETS_GENERIC),
            Topics.BRONZE_NOTICES,
            Topics.SILVER_TWEETS,
            Topics.SILVER_ENTITIES,
            Topics.SILVER_NOTICES,
            Topics.SILVER_QUALITY,
            Topics.DLQ_ENRICH_STREAMS,
            Topics.BOOKS_ENRICH_STREAMS);

    /**
     * A version: {@code silver.v2.tweets} and so on, made of the live bronze topics.
     *
     * @throws IllegalArgumentException if it is not called as versions are
     */
    public static Silver version(String version) {
        if (!version.matches(VERSION)) {
            throw new IllegalArgumentException(version + " is no version; versions are called v1, v2 …");
        }
        String service = Topics.ENRICH_STREAMS + "-" + version;
        return new Silver(
                service,
                LIVE.bronzeTweets,
                LIVE.bronzeNotices,
                LIVE.tweets.as("silver." + version + ".tweets", service),
                LIVE.entities.as("silver." + version + ".entities", service),
                LIVE.notices.as("silver." + version + ".notices", service),
                LIVE.quality.as("silver." + version + ".quality", service),
                LIVE.deadLetters.as("dlq." + service, service),
                LIVE.books.as("books." + service, service));
    }

    /** The same made of bronze topics of its own, {@code bronze.v2.tweets.ai} and so on, filled from the lake. */
    public Silver ofReplayedBronze() {
        return new Silver(
                service,
                bronzeTweets.stream().map(this::replayed).toList(),
                replayed(bronzeNotices),
                tweets,
                entities,
                notices,
                quality,
                deadLetters,
                books);
    }

    private Topic<String, byte[]> replayed(Topic<String, byte[]> bronzeTopic) {
        String version = service.substring(service.lastIndexOf('-') + 1);
        return bronzeTopic.as(bronzeTopic.name().replace("bronze.", "bronze." + version + "."), service);
    }

    /** What it is made of. */
    public List<Topic<String, byte[]>> bronze() {
        return Stream.concat(bronzeTweets.stream(), Stream.of(bronzeNotices)).toList();
    }

    /** What its service writes. */
    public List<Topic<String, ?>> written() {
        return List.of(tweets, entities, notices, quality, deadLetters, books);
    }

    /** What the lake holds of it. */
    public List<Topic<String, ?>> lake() {
        return List.of(tweets, entities, notices, quality);
    }
}
