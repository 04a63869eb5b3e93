package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tweetlake.sandbox.dlq.DeadLetter;
import io.tweetlake.sandbox.dlq.DeadLetters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "dlq",
        mixinStandardHelpOptions = true,
        description = "Lists and shows dead letters, and sends them back after a fix.",
        synopsisSubcommandLabel = "COMMAND")
final class DlqCommand {
    private static final String WORKDIR = "of the sandbox that runs (default: ${DEFAULT-VALUE})";
    private static final String KAFKA = "another Kafka than the sandbox's";

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = "Counts the dead letters of each topic by their cause; waiting are those not sent back yet.")
    int ls(
            @Option(
                            names = "--workdir",
                            paramLabel = "DIR",
                            defaultValue = TweetlakeMain.DEFAULT_WORKDIR,
                            description = WORKDIR)
                    Path workdir,
            @Option(names = "--kafka", paramLabel = "HOST:PORT", description = KAFKA) @Nullable String kafka,
            @Option(names = "--json", description = "one JSON object a line") boolean json)
            throws Exception {
        try (DeadLetters letters = new DeadLetters(TweetlakeMain.kafka(workdir, kafka))) {
            Map<List<String>, long[]> counts =
                    new TreeMap<>((left, right) -> left.toString().compareTo(right.toString()));
            for (String topic : DeadLetters.TOPICS) {
                letters.forEach(topic, letter -> {
                    long[] count =
                            counts.computeIfAbsent(List.of(topic, letter.source(), letter.cause()), key -> new long[2]);
                    count[0]++;
                    count[1] += letter.waiting() ? 1 : 0;
                });
            }
            List<List<Object>> rows = new ArrayList<>();
            counts.forEach((row, count) -> rows.add(
                    List.of(row.get(0), row.get(1).isEmpty() ? "–" : row.get(1), count[0], count[1], row.get(2))));
            Rows.print(List.of("dead_letters", "from", "records", "waiting", "cause"), rows, json);
        }
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows the newest dead letters of a topic: where from, why, and their bytes.")
    int show(
            @Parameters(paramLabel = "TOPIC", description = "such as dlq.enrich-streams") String topic,
            @Option(
                            names = "--max",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "so many (default: ${DEFAULT-VALUE})")
                    int max,
            @Option(
                            names = "--workdir",
                            paramLabel = "DIR",
                            defaultValue = TweetlakeMain.DEFAULT_WORKDIR,
                            description = WORKDIR)
                    Path workdir,
            @Option(names = "--kafka", paramLabel = "HOST:PORT", description = KAFKA) @Nullable String kafka,
            @Option(names = "--json", description = "one JSON object a line, the bytes in Base64") boolean json)
            throws Exception {
        try (DeadLetters letters = new DeadLetters(TweetlakeMain.kafka(workdir, kafka))) {
            for (DeadLetter letter : letters.newest(required(topic), max)) {
                if (json) {
                    Map<String, Object> object = new LinkedHashMap<>();
                    object.put("at", letter.place());
                    object.put("time", letter.time().toString());
                    object.put("from", letter.sourcePlace());
                    object.put("exception", letter.exception());
                    object.put("cause", letter.cause());
                    object.put("waiting", letter.waiting());
                    object.put("value", letter.value());
                    System.out.println(new JsonMapper().writeValueAsString(object));
                } else {
                    System.out.println(letter.place() + "  " + letter.time() + "  from " + letter.sourcePlace()
                            + (letter.waiting() ? "" : "  (sent back)"));
                    System.out.println("  " + TailCommand.harmless(letter.cause()) + "  " + letter.exception());
                    System.out.println("  " + TailCommand.harmless(new String(letter.value(), UTF_8)));
                }
            }
        }
        return 0;
    }

    @Command(
            name = "redrive",
            mixinStandardHelpOptions = true,
            description = {
                "Sends the waiting dead letters of a topic back to the topic that they came from, once each,",
                "and counts them, so that the books still balance. For after a fix: what is still bad comes back."
            })
    int redrive(
            @Parameters(paramLabel = "TOPIC", description = "such as dlq.enrich-streams") String topic,
            @Option(
                            names = "--workdir",
                            paramLabel = "DIR",
                            defaultValue = TweetlakeMain.DEFAULT_WORKDIR,
                            description = WORKDIR)
                    Path workdir,
            @Option(names = "--kafka", paramLabel = "HOST:PORT", description = KAFKA) @Nullable String kafka)
            throws Exception {
        try (DeadLetters letters = new DeadLetters(TweetlakeMain.kafka(workdir, kafka))) {
            Map<String, Long> sent = new TreeMap<>(letters.redrive(required(topic)));
            if (sent.isEmpty()) {
                System.err.println("nothing waits in " + topic);
            }
            Long passedOver = sent.remove("");
            sent.forEach((to, count) -> System.out.printf("%s: %,d sent back%n", to, count));
            if (passedOver != null) {
                System.err.printf(
                        "tweetlake: %,d came from silver, which other readers would see twice: reprocess bronze instead%n",
                        passedOver);
                return 1;
            }
        }
        return 0;
    }

    private static String required(String topic) {
        if (!DeadLetters.TOPICS.contains(topic)) {
            throw new UsageException(
                    topic + " holds no dead letters; topics that do: " + String.join(", ", DeadLetters.TOPICS));
        }
        return topic;
    }
}
