package io.tweetlake.benchmarks;

import io.tweetlake.model.Books;
import io.tweetlake.topic.Topic;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The processes that are measured, and what they leave behind. */
final class Processes {
    private Processes() {}

    /** @param cpus as taskset takes them, empty for any */
    static Process java(String cpus, String heap, List<String> arguments, File output) throws IOException {
        List<String> command = new ArrayList<>();
        if (!cpus.isEmpty()) {
            command.addAll(List.of("taskset", "-c", cpus));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heap);
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectOutput(output)
                .redirectError(output)
                .start();
    }

    /**
     * The arguments for a main class of lake-writer's tests.
     *
     * @param more jars
     */
    static List<String> lakeWriter(String main, Path... more) {
        List<String> arguments = new ArrayList<>();
        for (String opened : List.of(
                "java.lang",
                "java.lang.invoke",
                "java.lang.reflect",
                "java.io",
                "java.net",
                "java.nio",
                "java.util",
                "java.util.concurrent",
                "java.util.concurrent.atomic",
                "sun.nio.ch",
                "sun.nio.cs",
                "sun.security.action",
                "sun.util.calendar",
                "jdk.internal.ref")) {
            arguments.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        Path module = Path.of("lake-writer/target").toAbsolutePath();
        List<String> classpath = new ArrayList<>(List.of(
                module.resolve("test-classes").toString(),
                module.resolve("classes").toString(),
                module.resolve("lib") + "/*"));
        for (Path jar : more) {
            classpath.add(jar.toString());
        }
        arguments.addAll(List.of("-cp", String.join(File.pathSeparator, classpath), main));
        return arguments;
    }

    /** The most that it has had in memory. */
    static long residentBytes(Process process) throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    * 1024;
        }
    }

    /** Reads some books from their beginning. */
    static KafkaConsumer<String, Books> books(String bootstrap, Topic<String, Books> topic) {
        KafkaConsumer<String, Books> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
                new StringDeserializer(),
                topic.valueSerde().deserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.sorted((left, right) -> right.compareTo(left)).toList()) {
                Files.delete(file);
            }
        }
    }
}
