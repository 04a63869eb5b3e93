package io.tweetlake.lake;

import io.tweetlake.topic.Topic;
import java.net.URI;
import org.apache.hadoop.fs.Path;

/** Where things lie in the lake. What starts with {@code _} is not data, for every reader. */
record LakePaths(URI root) {

    /** The table of a topic: its name with dots read as slashes. */
    Path table(Topic<?, ?> topic) {
        return new Path(new Path(root), topic.lakePath());
    }

    Path checkpoint(Topic<?, ?> topic) {
        return new Path(new Path(root), "_checkpoints/" + topic.lakePath());
    }

    /** Where a topic's micro-batch is written before it is published. */
    Path staging(Topic<?, ?> topic) {
        return new Path(new Path(root), "_staging/" + topic.lakePath());
    }
}
