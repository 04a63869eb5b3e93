package io.tweetlake.sandbox.lake;

import io.tweetlake.sandbox.lake.LakeFiles.DataFile;
import io.tweetlake.topic.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a lake holds, in numbers. */
public final class LakeListing {
    private LakeListing() {}

    /**
     * A table or one of its partitions.
     *
     * @param path below the lake's root
     */
    public record Line(String path, long rows, long files, long bytes) {}

    /** All tables, empty ones too. */
    public static List<Line> tables(LakeFiles lake) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Topic<?, ?> topic : lake.topics()) {
            lines.add(line(lake, topic.lakePath(), lake.of(topic)));
        }
        return lines;
    }

    /**
     * The partitions at or below a path such as {@code silver}, {@code silver/tweets} or {@code silver/tweets/date=…}.
     */
    public static List<Line> partitions(LakeFiles lake, String path) throws IOException {
        String wanted = path.replaceAll("^/+|/+$", "");
        Map<String, List<DataFile>> byPartition = new TreeMap<>();
        for (Topic<?, ?> topic : lake.topics()) {
            for (DataFile file : lake.of(topic)) {
                String partition = topic.lakePath() + "/" + file.partition();
                if (partition.equals(wanted) || partition.startsWith(wanted + "/")) {
                    byPartition
                            .computeIfAbsent(partition, key -> new ArrayList<>())
                            .add(file);
                }
            }
        }
        List<Line> lines = new ArrayList<>();
        for (Map.Entry<String, List<DataFile>> partition : byPartition.entrySet()) {
            lines.add(line(lake, partition.getKey(), partition.getValue()));
        }
        return lines;
    }

    private static Line line(LakeFiles lake, String path, List<DataFile> files) throws IOException {
        long rows = 0;
        long bytes = 0;
        for (DataFile file : files) {
            rows += lake.rows(file);
            bytes += file.bytes();
        }
        return new Line(path, rows, files.size(), bytes);
    }
}
