package io.tweetlake.nlp.ner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The English texts in a folder of captured tweets, in any of the forms that they have been stored in. */
public final class RealTexts {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> texts = new LinkedHashSet<>();

    private RealTexts() {}

    /** Every distinct text of every post that is marked as English or not marked, in a stable order. */
    public static List<String> english(Path data) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(data)) {
            files = all.filter(file -> file.toString().matches(".*\\.jsonl?(\\.gz)?"))
                    .sorted()
                    .toList();
        }
        RealTexts texts = new RealTexts();
        for (Path file : files) {
            texts.read(file);
        }
        return new ArrayList<>(texts.texts);
    }

    private void read(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        try (InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
                MappingIterator<JsonNode> documents =
                        JSON.readerFor(JsonNode.class).readValues(in)) {
            while (documents.hasNextValue()) {
                collect(documents.nextValue());
            }
        } catch (JsonProcessingException brokenOnPurpose) {
            // Some captures are; what stands before the break counts.
        }
    }

    private void collect(JsonNode node) {
        if (node.path("lang").asText("en").startsWith("en")) {
            for (String field : List.of("text", "full_text")) {
                if (node.path(field).isTextual()) {
                    texts.add(node.path(field).textValue());
                }
            }
        }
        node.forEach(this::collect);
    }
}
