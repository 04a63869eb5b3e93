package io.tweetlake.sandbox.lake;

import io.tweetlake.topic.Topic;
import java.util.Locale;

/** How a lake table is called in SQL: {@code gold.hashtag-counts} is {@code gold.hashtag_counts}. */
record LakeTable(Topic<?, ?> topic) {
    String stage() {
        return topic.name().substring(0, topic.name().indexOf('.'));
    }

    String dataset() {
        return topic.name()
                .substring(topic.name().indexOf('.') + 1)
                .replace('.', '_')
                .replace('-', '_')
                .toLowerCase(Locale.ROOT);
    }

    String sqlName() {
        return stage() + "." + dataset();
    }
}
