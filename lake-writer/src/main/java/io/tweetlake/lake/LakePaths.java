package io.tweetlake.lake;

import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where things lie in the lake. What starts with {@code _} is not data, for every reader. */
record LakePaths(URI root) {

    /** The table of a topic: its name with dots read as slashes. */
    Path table(Topic<?, ?> topic) {
        return new Path(new Path(root), topic.lakePath());
    }

    /** The topics of the versions of silver that are in the lake. */
    List<Topic<String, ?>> versions(Configuration hadoop) throws IOException {
        Path silver = new Path(new Path(root), "silver");
        FileSystem files = silver.getFileSystem(hadoop);
        List<Topic<String, ?>> topics = new ArrayList<>();
        if (files.exists(silver)) {
            for (FileStatus folder : files.listStatus(silver)) {
                if (folder.getPath().getName().matches(Silver.VERSION)) {
                    topics.addAll(Silver.version(folder.getPath().getName()).lake());
                }
            }
        }
        return topics;
    }

    Path ledger(Topic<?, ?> topic) {
        return new Path(new Path(root), "_ledger/" + topic.lakePath());
    }

    /** What was purged when. */
    Path purge() {
        return new Path(new Path(root), "_purge");
    }

    /** Where a topic's files are written before they are published. */
    Path staging(Topic<?, ?> topic) {
        return new Path(new Path(root), "_staging/" + topic.lakePath());
    }
}
