package io.tweetlake.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service in its own JVM, started from its own jar. When it dies it is started again, sooner the longer it has lived;
 * a service that says that its settings are wrong, or that dies again and again, is not.
 */
final class ServiceProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceProcess.class);
    private static final Duration STOP_BOUND = Duration.ofSeconds(40);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONG_LIFE = Duration.ofMinutes(1);
    private static final int MAX_QUICK_DEATHS = 8;
    private static final int WRONG_USE = 2;
    private static final int TROUBLE_BYTES = 16 * 1024;
    private static final Pattern TROUBLE = Pattern.compile(" (?:WARN|ERROR) +[A-Z]\\w* - (.*)");

    private final String name;
    private final Life life;
    private final List<String> command;
    private final Path logFile;
    private final int healthPort;
    private final Map<String, String> environment;
    private final Thread supervisor;
    private volatile @Nullable Process process;
    private volatile long logAtLaunch;
    private volatile boolean stopping;
    private volatile boolean completed;
    private volatile @Nullable String failure;

    /** Whether a service ends by itself when its task is done, or only when it is told to. */
    enum Life {
        FINITE,
        ENDLESS
    }

    /**
     * Starts it.
     *
     * @param jar the service's jar, its libraries in {@code lib} beside it
     * @param jvm its options, as {@link #jvm} makes them
     * @param mark a system property by which the process can be told
     * @param healthPort where it serves its health
     * @param environment beside this process's own
     */
    ServiceProcess(
            String name,
            Path jar,
            List<String> jvm,
            String mark,
            int healthPort,
            List<String> arguments,
            Map<String, String> environment,
            Path logFile,
            Life life)
            throws IOException {
        this.life = life;
        this.name = name;
        this.logFile = logFile;
        this.healthPort = healthPort;
        this.environment = environment;
        this.command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", mark, "-jar", jar.toString()));
        command.addAll(arguments);
        command.add("--health.port=" + healthPort);
        process = launch();
        supervisor = new Thread(this::supervise, name + "-supervisor");
        supervisor.setDaemon(true);
        supervisor.start();
    }

    /**
     * Options for several services that start at once on a few cores: one collector thread each, and the second
     * compiler only where it pays.
     *
     * @param hot whether it runs for long and handles each tweet: the second compiler takes a third of the processor
     *     time of the first minutes, and halves that of the later ones
     */
    static List<String> jvm(String heap, boolean hot) {
        List<String> options = new ArrayList<>(List.of("-Xmx" + heap, "-XX:+UseSerialGC"));
        if (!hot) {
            options.add("-XX:TieredStopAtLevel=1");
        }
        return options;
    }

    String name() {
        return name;
    }

    /** Whether it ended by itself with success: it had a finite task. */
    boolean completed() {
        return completed;
    }

    /** Why it will not be started again, else null. */
    @Nullable
    String failure() {
        return failure;
    }

    boolean ready() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://127.0.0.1:" + healthPort + "/health/ready")
                            .toURL()
                            .openConnection();
            connection.setConnectTimeout(500);
            connection.setReadTimeout(2_000);
            return connection.getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What it has last warned of, while it is not ready; else null. */
    @Nullable
    String trouble() {
        if (completed || ready()) {
            return null;
        }
        try (RandomAccessFile log = new RandomAccessFile(logFile.toFile(), "r")) {
            log.seek(Math.max(logAtLaunch, log.length() - TROUBLE_BYTES));
            byte[] tail = new byte[(int) (log.length() - log.getFilePointer())];
            log.readFully(tail);
            return new String(tail, UTF_8)
                    .lines()
                    .map(TROUBLE::matcher)
                    .filter(Matcher::find)
                    .map(found -> found.group(1))
                    .reduce((earlier, later) -> later)
                    .orElse(null);
        } catch (IOException e) {
            return "see " + logFile;
        }
    }

    private Process launch() throws IOException {
        logAtLaunch = Files.exists(logFile) ? Files.size(logFile) : 0;
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void supervise() {
        Duration pause = Duration.ZERO;
        int quickDeaths = 0;
        try {
            while (true) {
                long started = System.nanoTime();
                Process current = java.util.Objects.requireNonNull(process);
                int code = current.waitFor();
                if (stopping) {
                    return;
                }
                if (code == 0 && life == Life.FINITE) {
                    completed = true;
                    return;
                }
                if (code == WRONG_USE) {
                    failure = name + " cannot start: " + lastWords();
                    return;
                }
                boolean livedLong = System.nanoTime() - started > LONG_LIFE.toNanos();
                quickDeaths = livedLong ? 0 : quickDeaths + 1;
                if (quickDeaths > MAX_QUICK_DEATHS) {
                    failure = name + " dies again and again: " + lastWords();
                    return;
                }
                pause = livedLong ? Duration.ZERO : pause;
                log.warn("{} died ({}); it is started again", name, code > 128 ? "killed" : lastWords());
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
                pause = pause.isZero() ? Duration.ofSeconds(1) : pause.multipliedBy(2);
                pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
                synchronized (this) {
                    if (stopping) {
                        return;
                    }
                    process = launch();
                }
            }
        } catch (IOException e) {
            failure = name + " cannot be started again: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last error in its log, else the last line. */
    private String lastWords() {
        try (Stream<String> lines = Files.lines(logFile)) {
            List<String> tail = lines.toList();
            return tail.stream()
                    .filter(line -> line.contains(" ERROR Service ") || line.startsWith("  "))
                    .reduce((earlier, later) -> later)
                    .or(() -> tail.stream().reduce((earlier, later) -> later))
                    .orElse("it said nothing")
                    .strip();
        } catch (IOException | UncheckedIOException e) {
            return "see " + logFile;
        }
    }

    /** Asks it to drain and end; it is killed when it does not in time. */
    void stop() {
        synchronized (this) {
            stopping = true;
            Process current = process;
            if (current != null) {
                current.destroy();
            }
        }
    }

    @Override
    public void close() {
        stop();
        Process current = process;
        try {
            if (current != null && !current.waitFor(STOP_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("{} did not stop within {} s and is killed", name, STOP_BOUND.toSeconds());
                current.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            current.destroyForcibly();
        }
    }
}
