package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tweetlake.sandbox.infra.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A standalone Spark cluster of a master and two workers of one core each, on loopback. Its Spark is the one beside
 * lake-writer's jar, started as Spark's own scripts start it.
 */
final class SparkCluster implements AutoCloseable {
    private static final String WRITER = "lake-writer/target/lake-writer.jar";

    private final Path home;
    private final String master;
    private final List<Process> processes = new ArrayList<>();

    private SparkCluster(Path home, int port) {
        this.home = home;
        this.master = "spark://127.0.0.1:" + port;
    }

    static SparkCluster start(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Files.createSymbolicLink(folder.resolve("jars"), Tweetlake.HOME.resolve("lake-writer/target/lib"));
        int port = FreePort.find();
        SparkCluster cluster = new SparkCluster(folder, port);
        String listening = " --host 127.0.0.1 --webui-port 0";
        cluster.run("master", "org.apache.spark.deploy.master.Master --port " + port + listening);
        for (int worker = 1; worker <= 2; worker++) {
            cluster.run(
                    "worker-" + worker,
                    "org.apache.spark.deploy.worker.Worker --cores 1 --memory 800m --work-dir "
                            + folder.resolve("work-" + worker) + listening + " " + cluster.master);
        }
        return cluster;
    }

    /** The command that submits lake-writer; its settings go behind it. */
    List<String> submit() throws IOException, InterruptedException {
        return command("org.apache.spark.deploy.SparkSubmit --class io.tweetlake.lake.LakeWriterMain --master " + master
                + " --driver-memory 700m --conf spark.executor.memory=600m"
                + " --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 "
                + Tweetlake.HOME.resolve(WRITER));
    }

    /** SIGKILL to a worker and to what it runs. */
    void killAWorker() {
        Process worker = processes.get(1);
        List<ProcessHandle> executors = worker.descendants().toList();
        worker.destroyForcibly().onExit().join();
        executors.forEach(ProcessHandle::destroyForcibly);
    }

    /** What Spark's launcher makes of a class and its arguments: a first line, then words that end with NUL. */
    private List<String> command(String classAndArguments) throws IOException, InterruptedException {
        List<String> launcher = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                home.resolve("jars") + "/*",
                "org.apache.spark.launcher.Main"));
        launcher.addAll(List.of(classAndArguments.split(" ")));
        Process process =
                process(launcher).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("Spark's launcher failed: " + answer);
        }
        return Stream.of(answer.substring(answer.indexOf('\n') + 1).split("\0"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private void run(String name, String classAndArguments) throws IOException, InterruptedException {
        processes.add(process(command(classAndArguments))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve(name + ".log").toFile())
                .start());
    }

    private ProcessBuilder process(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        return builder;
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }
}
