package io.tweetlake.lake;

import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/** Names of files for Spark's readers, which take them for patterns (SPARK-32810). Stateless. */
final class NamedFiles {
    private static final Pattern SPECIAL = Pattern.compile("[\\\\*?\\[\\]{}]");

    private NamedFiles() {}

    /** The pattern that one file alone matches: below a folder {@code [2026]} its name is none. */
    static String literal(Path file) {
        return SPECIAL.matcher(file.toString()).replaceAll("\\\\$0");
    }
}
