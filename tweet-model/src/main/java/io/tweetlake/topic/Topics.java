package io.tweetlake.topic;

import static io.tweetlake.topic.Topic.Retention.COMPACTED;
import static io.tweetlake.topic.Topic.Retention.TIME;

import io.tweetlake.model.Books;
import io.tweetlake.model.EntityCount;
import io.tweetlake.model.HappyHashtag;
import io.tweetlake.model.HashtagCount;
import io.tweetlake.model.ObservedNotice;
import io.tweetlake.model.PlaceCount;
import io.tweetlake.model.Quality;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.model.Spend;
import io.tweetlake.model.StreamInterval;
import io.tweetlake.model.Tweet;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;

/** The catalogue: every topic of Tweetlake. {@code docs/data-model.md} says what each one means. */
public final class Topics {
    public static final String INGEST_SERVICE = "ingest-service";
    public static final String ENRICH_STREAMS = "enrich-streams";
    public static final String GOLD_AGGREGATOR = "gold-aggregator";
    public static final String LAKE_WRITER = "lake-writer";
    public static final String SERVING_API = "serving-api";

    /** The consumer group that brings gold to Postgres. */
    public static final String GOLD_POSTGRES = "gold-aggregator-postgres";

    /** The command that sends dead letters back. */
    public static final String REDRIVE = "redrive";

    public static final Topic<String, byte[]> BRONZE_TWEETS_AI = delivered("bronze.tweets.ai", INGEST_SERVICE);
    public static final Topic<String, byte[]> BRONZE_TWEETS_GENERIC =
            delivered("bronze.tweets.generic", INGEST_SERVICE);
    public static final Topic<String, byte[]> BRONZE_NOTICES = delivered("bronze.notices", INGEST_SERVICE);
    public static final Topic<String, StreamInterval> BRONZE_GAPS =
            json("bronze.gaps", INGEST_SERVICE, StreamInterval.class, TIME);
    public static final Topic<String, byte[]> DLQ_INGEST_SERVICE = deadLetters(INGEST_SERVICE);
    public static final Topic<String, Books> BOOKS_INGEST_SERVICE = books(INGEST_SERVICE);
    public static final Topic<String, SourcePosition> POSITIONS_INGEST_SERVICE =
            json("positions.ingest-service", INGEST_SERVICE, SourcePosition.class, COMPACTED);
    public static final Topic<String, Spend> SPEND_INGEST_SERVICE =
            json("spend.ingest-service", INGEST_SERVICE, Spend.class, COMPACTED);

    public static final Topic<String, Tweet> SILVER_TWEETS = json("silver.tweets", ENRICH_STREAMS, Tweet.class, TIME);
    public static final Topic<String, TweetEntities> SILVER_ENTITIES =
            json("silver.entities", ENRICH_STREAMS, TweetEntities.class, TIME);
    public static final Topic<String, ObservedNotice> SILVER_NOTICES =
            json("silver.notices", ENRICH_STREAMS, ObservedNotice.class, TIME);
    public static final Topic<String, Quality> SILVER_QUALITY =
            json("silver.quality", ENRICH_STREAMS, Quality.class, TIME);
    public static final Topic<String, byte[]> DLQ_ENRICH_STREAMS = deadLetters(ENRICH_STREAMS);
    public static final Topic<String, Books> BOOKS_ENRICH_STREAMS = books(ENRICH_STREAMS);

    public static final Topic<String, HashtagCount> GOLD_HASHTAG_COUNTS =
            json("gold.hashtag-counts", GOLD_AGGREGATOR, HashtagCount.class, COMPACTED);
    public static final Topic<String, HappyHashtag> GOLD_HAPPY_HASHTAGS =
            json("gold.happy-hashtags", GOLD_AGGREGATOR, HappyHashtag.class, COMPACTED);
    public static final Topic<String, EntityCount> GOLD_ENTITY_COUNTS =
            json("gold.entity-counts", GOLD_AGGREGATOR, EntityCount.class, COMPACTED);
    public static final Topic<String, Volume> GOLD_VOLUME =
            json("gold.volume", GOLD_AGGREGATOR, Volume.class, COMPACTED);
    public static final Topic<String, PlaceCount> GOLD_PLACE_COUNTS =
            json("gold.place-counts", GOLD_AGGREGATOR, PlaceCount.class, COMPACTED);
    public static final Topic<String, byte[]> DLQ_GOLD_AGGREGATOR = deadLetters(GOLD_AGGREGATOR);
    public static final Topic<String, Books> BOOKS_GOLD_AGGREGATOR = books(GOLD_AGGREGATOR);

    public static final Topic<String, byte[]> DLQ_LAKE_WRITER = deadLetters(LAKE_WRITER);

    public static final Topic<String, Books> BOOKS_REDRIVE = books(REDRIVE);

    /** What the lake holds, tier by tier. */
    public static final List<Topic<String, ?>> LAKE = List.of(
            BRONZE_TWEETS_AI,
            BRONZE_TWEETS_GENERIC,
            BRONZE_NOTICES,
            BRONZE_GAPS,
            SILVER_TWEETS,
            SILVER_ENTITIES,
            SILVER_NOTICES,
            SILVER_QUALITY,
            GOLD_HASHTAG_COUNTS,
            GOLD_HAPPY_HASHTAGS,
            GOLD_ENTITY_COUNTS,
            GOLD_VOLUME,
            GOLD_PLACE_COUNTS);

    private static final List<Topic<String, ?>> SERVICE_TOPICS = List.of(
            DLQ_INGEST_SERVICE,
            BOOKS_INGEST_SERVICE,
            POSITIONS_INGEST_SERVICE,
            SPEND_INGEST_SERVICE,
            DLQ_ENRICH_STREAMS,
            BOOKS_ENRICH_STREAMS,
            DLQ_GOLD_AGGREGATOR,
            BOOKS_GOLD_AGGREGATOR,
            DLQ_LAKE_WRITER,
            BOOKS_REDRIVE);

    private Topics() {}

    public static List<Topic<String, ?>> all() {
        return Stream.concat(LAKE.stream(), SERVICE_TOPICS.stream()).toList();
    }

    public static List<Topic<String, ?>> ownedBy(String service) {
        return all().stream().filter(topic -> topic.owner().equals(service)).toList();
    }

    public static Map<String, Topic<String, ?>> byName() {
        return all().stream().collect(Collectors.toUnmodifiableMap(Topic::name, topic -> topic));
    }

    private static Topic<String, byte[]> delivered(String name, String owner) {
        return new Topic<>(name, owner, byte[].class, Serdes.String(), Serdes.ByteArray(), TIME);
    }

    private static Topic<String, byte[]> deadLetters(String owner) {
        return delivered("dlq." + owner, owner);
    }

    private static Topic<String, Books> books(String owner) {
        return json("books." + owner, owner, Books.class, COMPACTED);
    }

    private static <V> Topic<String, V> json(String name, String owner, Class<V> type, Topic.Retention retention) {
        return new Topic<>(name, owner, type, Serdes.String(), new JsonSerde<>(type), retention);
    }
}
