package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/** The happiest hashtags as lines {@code hourTs, hashtag, countSmiles}, the form of an earlier implementation. */
final class HappyCsv {
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private HappyCsv() {}

    /** Replaces the file by one rename: who reads it sees the old one or the new one. */
    static void write(URI file, boolean header, JsonNode happiest) throws IOException {
        Path target = new Path(file);
        Path temporary = new Path(target.getParent(), "_" + target.getName() + ".part");
        FileContext files = FileContext.getFileContext(file, new Configuration());
        try (OutputStream out = files.create(
                temporary, EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE), CreateOpts.createParent())) {
            out.write(lines(header, happiest).getBytes(UTF_8));
        }
        files.rename(temporary, target, Rename.OVERWRITE);
    }

    static String lines(boolean header, JsonNode happiest) {
        StringBuilder lines = new StringBuilder(header ? "hourTs, hashtag, countSmiles\n" : "");
        String hour =
                HOUR.format(Instant.parse(happiest.path("window").path("start").asText()));
        for (JsonNode item : happiest.path("items")) {
            lines.append(hour)
                    .append(", ")
                    .append(quoted(item.path("hashtag").asText()))
                    .append(", ")
                    .append(item.path("smiles").asLong())
                    .append('\n');
        }
        return lines.toString();
    }

    /** In quotes only if it must be (RFC 4180). */
    private static String quoted(String text) {
        return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
