package io.tweetlake.lake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/** The S3 API over objects in memory: s3proxy as a process. */
final class S3Store implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile("Started ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");

    private final Process process;
    private final URI endpoint;
    private final String bucket;

    private S3Store(Process process, URI endpoint, String bucket) {
        this.process = process;
        this.endpoint = endpoint;
        this.bucket = bucket;
    }

    static S3Store start(Path folder) throws IOException, InterruptedException {
        Path settings = folder.resolve("s3proxy.properties");
        Files.writeString(settings, """
                s3proxy.authorization=none
                s3proxy.endpoint=http://127.0.0.1:0
                jclouds.provider=transient
                jclouds.identity=none
                jclouds.credential=none
                """);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        "target/s3/s3proxy.jar",
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader log = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                Thread reader = new Thread(() -> drain(process), "s3proxy-log");
                reader.setDaemon(true);
                reader.start();
                // Hadoop keeps its clients by bucket, also those of a store that has gone.
                String bucket = UUID.randomUUID().toString();
                URI endpoint = URI.create("http://127.0.0.1:" + started.group(1) + "/");
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(endpoint.resolve(bucket))
                                        .PUT(BodyPublishers.noBody())
                                        .build(),
                                BodyHandlers.discarding());
                return new S3Store(process, endpoint, bucket);
            }
        }
        throw new IOException("s3proxy ended with " + process.waitFor());
    }

    private static void drain(Process process) {
        try {
            process.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder in its bucket. */
    URI folder(String name) {
        return URI.create("s3a://" + bucket + "/" + name + "/");
    }

    /** Makes this the store of all buckets. */
    void configure(Configuration hadoop) {
        hadoop.set("fs.s3a.endpoint", endpoint.toString());
        hadoop.set("fs.s3a.endpoint.region", "us-east-1");
        hadoop.set("fs.s3a.path.style.access", "true");
        hadoop.set("fs.s3a.access.key", "none");
        hadoop.set("fs.s3a.secret.key", "none");
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
