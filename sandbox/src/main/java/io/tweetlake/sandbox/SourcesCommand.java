package io.tweetlake.sandbox;

import io.tweetlake.model.FileState;
import io.tweetlake.model.SourcePosition;
import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.KafkaNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sources",
        mixinStandardHelpOptions = true,
        description = {
            "Shows how far each input has been read, and has inputs read again.",
            "If no sandbox runs in the folder, its Kafka is started for as long as the command takes."
        },
        synopsisSubcommandLabel = "COMMAND")
final class SourcesCommand {
    private static final String WORKDIR = "of the sandbox (default: ${DEFAULT-VALUE})";
    private static final String KAFKA = "another Kafka than the sandbox's";

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = {
                "Lists the inputs: files, members of archives, searches, live streams.",
                "A file is reading, read, damaged (read as far as it goes) or refused (it holds no posts)."
            })
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
        return with(workdir, kafka, bootstrap -> {
            List<List<Object>> rows = new ArrayList<>();
            for (SourcePosition position :
                    SourcePositions.read(bootstrap).positions().values()) {
                FileState file = position.file();
                rows.add(Arrays.asList(
                        position.input(),
                        state(position),
                        position.line(),
                        file == null ? "" : file.size(),
                        file == null || file.cause() == null ? "" : file.cause()));
            }
            Rows.print(List.of("input", "state", "values", "bytes", "cause"), rows, json);
            return 0;
        });
    }

    private static String state(SourcePosition position) {
        FileState file = position.file();
        if (file != null && file.outcome() != null) {
            return file.outcome().name().toLowerCase(Locale.ROOT);
        }
        return position.complete() ? "read" : "reading";
    }

    @Command(
            name = "forget",
            mixinStandardHelpOptions = true,
            description = {
                "Has inputs read again from their beginning, the next time that they are asked for.",
                "Posts that silver holds already are known, and not counted twice, for enrich.duplicate-window."
            })
    int forget(
            @Parameters(
                            paramLabel = "INPUT",
                            arity = "0..*",
                            description = "as ls shows it; an archive with its members")
                    @Nullable
                    List<String> inputs,
            @Option(names = "--all", description = "every input") boolean all,
            @Option(
                            names = "--workdir",
                            paramLabel = "DIR",
                            defaultValue = TweetlakeMain.DEFAULT_WORKDIR,
                            description = WORKDIR)
                    Path workdir,
            @Option(names = "--kafka", paramLabel = "HOST:PORT", description = KAFKA) @Nullable String kafka)
            throws Exception {
        if (all == (inputs != null && !inputs.isEmpty())) {
            throw new UsageException("name the inputs to forget, or --all; ./tweetlake sources ls lists them");
        }
        return with(workdir, kafka, bootstrap -> {
            SourcePositions positions = SourcePositions.read(bootstrap);
            Set<String> forgotten = new LinkedHashSet<>();
            if (all) {
                forgotten.addAll(positions.positions().keySet());
            }
            for (String input : inputs == null ? List.<String>of() : inputs) {
                List<String> found = positions.withMembers(input);
                if (found.isEmpty()) {
                    throw new UsageException(
                            "nothing has been read of " + input + "; ./tweetlake sources ls lists the inputs");
                }
                forgotten.addAll(found);
            }
            int count = SourcePositions.forget(bootstrap, forgotten);
            System.out.printf(Locale.ROOT, "%,d inputs will be read again%n", count);
            return 0;
        });
    }

    /** What is to be done with a Kafka. */
    @FunctionalInterface
    private interface Work {
        int with(String bootstrap) throws Exception;
    }

    private static int with(Path folder, @Nullable String kafka, Work work) throws Exception {
        Workdir workdir = new Workdir(folder);
        if (kafka != null || workdir.running().isPresent()) {
            return work.with(TweetlakeMain.kafka(folder, kafka));
        }
        if (!Files.exists(workdir.kafka())) {
            throw new UsageException("no sandbox has run in " + folder + "; name its folder with --workdir");
        }
        int port = FreePort.find();
        try (KafkaNode node = KafkaNode.start(workdir.kafka(), port)) {
            return work.with(node.address());
        }
    }
}
