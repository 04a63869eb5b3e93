package io.tweetlake.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.model.Tweet;
import io.tweetlake.model.TweetEntities;
import io.tweetlake.model.Volume;
import org.junit.jupiter.api.Test;

class LakeSchemaTest {

    @Test
    void flattensARecordAsItsJsonDoes() {
        assertThat(LakeSchema.of(Tweet.class).fieldNames())
                .startsWith(
                        "source",
                        "id",
                        "native_id",
                        "version",
                        "edit_ids",
                        "created_at",
                        "text",
                        "lang",
                        "author_id",
                        "author_name")
                .contains(
                        "geo_lat",
                        "count_likes",
                        "repost_of",
                        "hashtags",
                        "spans",
                        "client_app",
                        "observed_at",
                        "hashtag_keys")
                .endsWith(
                        "emoji",
                        "happy_emoticons",
                        "happy_emoji",
                        "first_met",
                        "bronze_topic",
                        "bronze_partition",
                        "bronze_offset");
    }

    @Test
    void nestsOnlyLists() {
        assertThat(LakeSchema.of(TweetEntities.class).toDDL())
                .isEqualTo(
                        "id STRING,created_at TIMESTAMP,lang STRING,"
                                + "entities ARRAY<STRUCT<text: STRING, type: STRING, start: INT, end: INT, origin: STRING>>,"
                                + "observed_at TIMESTAMP,tier STRING,version INT,first_met BOOLEAN,author_id STRING,repost_of STRING");
    }

    @Test
    void typesTimesAndNumbers() {
        assertThat(LakeSchema.of(Volume.class).toDDL())
                .isEqualTo(
                        "window_start TIMESTAMP,window_end TIMESTAMP,tier STRING,lang STRING,posts BIGINT,reposts BIGINT,"
                                + "replies BIGINT,quotes BIGINT,newest_at TIMESTAMP");
    }
}
