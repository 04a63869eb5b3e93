package io.tweetlake.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import io.tweetlake.standin.StandInX;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "latency",
        mixinStandardHelpOptions = true,
        description = {
            "How long a post takes from its arrival until a browser shows it. A stand-in X sends synthetic posts to a",
            "sandbox of its own, and now and then one with a hashtag that no other has; Chromium shows the page of that",
            "hashtag, and a script in it notes when its count has grown. Then how long the page takes to load, with the",
            "same posts coming. Run it in the checkout's folder, after a build."
        })
final class LatencyBenchmark implements Callable<Integer> {
    private static final String TOKEN = "latency";
    private static final String HASHTAG = "arrivaltopage";
    private static final String PAGE = "http://localhost:5001/";
    private static final int LOADS = 30;
    private static final Duration START_BOUND = Duration.ofMinutes(3);
    private static final Duration LAST_BOUND = Duration.ofMinutes(1);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

    /** The bars of the hashtag's chart say their counts in titles; together they are all of its posts. */
    private static final String WATCH = """
            () => {
              window.shown = [];
              const look = () => {
                let sum = 0;
                for (const title of document.querySelectorAll('#over-time-chart rect title')) {
                  sum += Number((title.textContent.match(/([\\d,]+) mentions/) ?? ['', '0'])[1].replaceAll(',', ''));
                }
                while (window.shown.length < sum) window.shown.push(Date.now());
              };
              new MutationObserver(look).observe(document.getElementById('over-time-chart'), {childList: true, subtree: true});
              look();
            }""";

    @Option(names = "--rate", paramLabel = "N", defaultValue = "1000", description = "default: ${DEFAULT-VALUE}")
    private int rate = 1_000;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "default: ${DEFAULT-VALUE}")
    private int warmUp = 120;

    @Option(names = "--probes", paramLabel = "N", defaultValue = "200", description = "default: ${DEFAULT-VALUE}")
    private int probes = 200;

    @Option(
            names = "--chromium",
            paramLabel = "FILE",
            defaultValue = "/usr/bin/chromium",
            description = "default: ${DEFAULT-VALUE}")
    private Path chromium = Path.of("/usr/bin/chromium");

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "a setting of the sandbox, to compare with")
    private List<String> settings = List.of();

    private final JsonMapper json = new JsonMapper();

    @Override
    public Integer call() throws Exception {
        Path work = Files.createTempDirectory("tweetlake-benchmark");
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (StandInX x = StandInX.start(loopback, TOKEN, 1, rate, KEEP_ALIVE, InstantSource.system())) {
            x.sendPlain();
            Process sandbox = sandbox(work, x.address());
            try (Playwright playwright = Playwright.create(
                            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                    Browser browser = playwright
                            .chromium()
                            .launch(new BrowserType.LaunchOptions()
                                    .setExecutablePath(chromium)
                                    // Chromium does not start as root in its sandbox; the page is our own.
                                    .setArgs(List.of("--no-sandbox")))) {
                Page page = open(browser.newPage(), sandbox);
                System.err.println("the page is there; it warms up for " + warmUp + " s");
                page.waitForTimeout(warmUp * 1_000.0);
                measure(x, page);
                page.close();
                load(browser);
            } finally {
                sandbox.destroy();
                sandbox.waitFor();
            }
        } finally {
            Processes.delete(work);
        }
        return 0;
    }

    private Process sandbox(Path work, URI x) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "./tweetlake",
                "up",
                "--source",
                "x",
                "--set",
                "ingest.x.url=" + x,
                "--workdir",
                work.resolve("sandbox").toString()));
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("sandbox.log").toFile());
        builder.environment().put("INGEST_X_BEARER_TOKEN", TOKEN);
        return builder.start();
    }

    private static Page open(Page page, Process sandbox) throws IOException {
        Instant end = Instant.now().plus(START_BOUND);
        while (true) {
            try {
                page.navigate(PAGE + "?hashtag=" + HASHTAG);
                return page;
            } catch (PlaywrightException e) {
                if (!sandbox.isAlive() || Instant.now().isAfter(end)) {
                    throw new IOException("the sandbox shows no page: " + e.getMessage(), e);
                }
                page.waitForTimeout(500);
            }
        }
    }

    private void measure(StandInX x, Page page) throws IOException {
        page.evaluate(WATCH);
        List<Instant> sent = new ArrayList<>();
        for (int i = 0; i < probes; i++) {
            Instant now = Instant.now();
            x.publish(probe(i, now));
            sent.add(now);
            // Not in step with anything that the page or a service does twice a second.
            page.waitForTimeout(537);
        }
        page.waitForFunction(
                "n => window.shown.length >= n", probes, new Page.WaitForFunctionOptions().setTimeout((double)
                                LAST_BOUND.toMillis()));
        List<?> shown = (List<?>) page.evaluate("() => window.shown");
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < probes; i++) {
            millis.add(((Number) shown.get(i)).doubleValue() - sent.get(i).toEpochMilli());
        }
        Collections.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "from arrival to the page, %d probes among %,d posts a second: p50 %.0f ms, p99 %.0f ms, at most %.0f ms%n",
                probes,
                rate,
                millis.get(millis.size() / 2),
                millis.get(millis.size() * 99 / 100),
                millis.get(millis.size() - 1));
    }

    /** Until the first hashtag is there, in a browser that has nothing of the page yet. */
    private static void load(Browser browser) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < LOADS; i++) {
            try (BrowserContext fresh = browser.newContext()) {
                Page page = fresh.newPage();
                long start = System.nanoTime();
                page.navigate(PAGE);
                page.waitForSelector("#trends tr");
                millis.add((System.nanoTime() - start) / 1e6);
            }
        }
        Collections.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "the page loads, %d times: p50 %.0f ms, at most %.0f ms%n",
                LOADS,
                millis.get(LOADS / 2),
                millis.get(LOADS - 1));
    }

    private String probe(int number, Instant at) {
        ObjectNode message = json.createObjectNode();
        message.putObject("data")
                .put("id", String.valueOf(1_000_000 + number))
                .put("text", "probe " + number + " #" + HASHTAG)
                .put("author_id", "1")
                .put("created_at", at.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("lang", "en");
        message.putArray("matching_rules").addObject().put("id", "1").put("tag", "generic");
        return message.toString();
    }
}
