package io.tweetlake.sandbox;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The page in a browser, over the whole pipeline. */
class DashboardIT {
    private static final Duration BOUND = Duration.ofMinutes(3);
    private static final double BOUND_MILLIS = BOUND.toMillis();
    private static final Path PICTURES = Path.of("..", "docs", "images");

    @TempDir
    private Path folder;

    @Test
    void movesAndStaysRightWhenServicesAreKilled() throws Exception {
        try (Browser browser = Browser.start();
                Up up = Up.start(folder.resolve("work"), "--rate", "100")) {
            String url = dashboard(up);
            Page page = browser.open(url + "/?sort=mentions&window=1d", 1440, 1000, ColorScheme.LIGHT);
            Locator mentions = page.locator("#trends tr td:nth-child(4)").first();
            mentions.waitFor(new Locator.WaitForOptions().setTimeout(BOUND_MILLIS));
            assertThat(page.locator("#connection")).hasText("live", within());
            assertThatItGrows(mentions);
            assertThat(page.locator("#trust-line")).containsText("balanced ✓", containsWithin());
            assertThat(page.locator("#tweets li").first()).isVisible(visibleWithin());

            for (String service : List.of("serving-api", "gold-aggregator", "enrich-streams")) {
                long before = number(mentions);
                ProcessHandle victim = up.service(service).orElseThrow();
                victim.destroyForcibly();
                await().atMost(BOUND).until(() -> up.service(service)
                        .filter(p -> !p.equals(victim))
                        .isPresent());
                await().atMost(BOUND).until(() -> number(mentions) > before);
            }
            assertThat(page.locator("#trouble")).isHidden(hiddenWithin());
            assertThat(page.locator("#connection")).hasText("live", within());
            assertThat(page.locator("#trust-line")).containsText("balanced ✓", containsWithin());

            assertThatAFilterIsALink(page, url);
            assertThatTheKeyboardSuffices(page);
            assertThatAPartThatFailsHidesNoOther(page, url);
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.requests()).allMatch(asked -> asked.startsWith(url));
        }
    }

    @Test
    void showsHostilePostsHarmlessly() throws Exception {
        Path file = hostilePosts();
        try (Browser browser = Browser.start();
                Up up = Up.start(
                        folder.resolve("work"), "--source", "archive", "--input", file.toString(), "--rate", "20")) {
            Page page = browser.open(dashboard(up) + "/?sort=mentions", 1440, 1000, ColorScheme.DARK);
            Locator names = page.locator("#trends .name");
            assertThat(names.getByText("#written")).isVisible(visibleWithin());
            // A hashtag that no text has is none: the page alone is shown what an answer never has.
            assertThat(names).hasCount(1);
            page.route("**/api/v1/trending*", DashboardIT::withAHostileName);
            assertThat(names.getByText("#<img src=x onerror=alert(1)>").first()).isVisible(visibleWithin());
            Locator texts = page.locator("#tweets .text");
            assertThat(texts.getByText("<script>alert(1)</script>").first()).isVisible(visibleWithin());
            // The override that would turn all that follows, and the NUL, are shown as what they are not.
            assertThat(texts.getByText("turned \uFFFDthis way\uFFFD").first()).isVisible(visibleWithin());
            assertThat(page.locator("#tweets script, #tweets img, #trends img").count())
                    .isZero();
            assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                    .isEqualTo(true);
            assertThat(browser.complaints()).isEmpty();
            page.unroute("**/api/v1/trending*");
        }
    }

    /**
     * {@code ./mvnw -pl sandbox -am verify -Dit.test=DashboardIT#pictures -Dpictures=true …}: see docs/operations.md.
     */
    @Test
    @EnabledIfSystemProperty(named = "pictures", matches = "true")
    void pictures() throws Exception {
        try (Browser browser = Browser.start();
                Up up = Up.start(folder.resolve("work"), "--rate", "150", "--set", "gold.windows=1m,5m,1h")) {
            String url = dashboard(up);
            Page desktop = browser.open(url + "/?window=1m", 1440, 1060, ColorScheme.LIGHT);
            // Some windows make history; the last one is half full.
            await().atMost(Duration.ofMinutes(12))
                    .until(() -> up.shown("gold from") > 25_000 && System.currentTimeMillis() % 60_000 > 35_000);
            Page dark = browser.open(url + "/?window=1m&tier=ai", 1440, 1060, ColorScheme.DARK);
            Page phone = browser.open(url + "/?window=5m", 390, 844, ColorScheme.LIGHT);
            for (Page page : List.of(desktop, dark, phone)) {
                // No row is between two places.
                page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
                page.reload();
            }
            await().during(Duration.ofSeconds(8))
                    .atMost(BOUND)
                    .until(() ->
                            number(desktop.locator("#trends td:nth-child(4)").first()) > 0);
            Files.createDirectories(PICTURES);
            shoot(desktop, "desktop");
            shoot(dark, "dark");
            shoot(phone, "phone");
        }
    }

    private static void withAHostileName(Route route) {
        String answer = route.fetch().text();
        route.fulfill(new Route.FulfillOptions().setBody(answer.replace("written", "<img src=x onerror=alert(1)>")));
    }

    private static void shoot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve("dashboard-" + name + ".png")));
    }

    private static void assertThatItGrows(Locator mentions) {
        long before = number(mentions);
        await().atMost(Duration.ofSeconds(30)).until(() -> number(mentions) > before);
    }

    private static void assertThatAFilterIsALink(Page page, String url) {
        page.locator("label:has(input[name=tier][value=ai])").click();
        await().atMost(BOUND).until(() -> page.url().contains("tier=ai"));
        page.locator("#trends .name a").first().click();
        assertThat(page.locator("#over-time-title")).containsText("over time", containsWithin());
        String link = page.url();
        assertThat(link).startsWith(url).contains("hashtag=");
        page.goBack();
        assertThat(page.locator("#over-time")).isHidden(hiddenWithin());
        page.navigate(link);
        assertThat(page.locator("#over-time-title")).containsText("over time", containsWithin());
        assertThat((Object) page.locator("input[name=tier][value=ai]").isChecked())
                .isEqualTo(true);
    }

    private static void assertThatTheKeyboardSuffices(Page page) {
        page.locator("input[name=sort]:checked").focus();
        page.keyboard().press("ArrowLeft");
        await().atMost(BOUND).until(() -> !page.url().contains("sort="));
        Locator first = page.locator("#trends .name a").first();
        first.focus();
        String focused = (String) page.evaluate("document.activeElement.textContent");
        await().during(Duration.ofSeconds(3))
                .atMost(BOUND)
                .until(() -> focused.equals(page.evaluate("document.activeElement.textContent")));
        page.locator("#pause").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#pause")).hasAttribute("aria-pressed", "true");
    }

    private static void assertThatAPartThatFailsHidesNoOther(Page page, String url) {
        String part = "**/api/v1/languages*";
        page.route(
                part,
                route -> route.fulfill(
                        new Route.FulfillOptions().setStatus(500).setBody("{\"detail\":\"no languages\"}")));
        page.navigate(url);
        assertThat(page.locator("#trends tr").first()).isVisible(visibleWithin());
        assertThat(page.locator("#trouble")).containsText("no languages", containsWithin());
        page.unroute(part);
        assertThat(page.locator("#trouble")).isHidden(hiddenWithin());
    }

    private static long number(Locator cell) {
        String text = cell.textContent().replace(",", "");
        return text.matches("\\d+") ? Long.parseLong(text) : 0;
    }

    private static String dashboard(Up up) {
        String url = "http://localhost:" + (5001 + up.portOffset());
        HttpClient http = HttpClient.newHttpClient();
        await().atMost(BOUND).ignoreExceptions().until(() -> {
            HttpResponse<Void> answer =
                    http.send(HttpRequest.newBuilder(URI.create(url + "/")).build(), BodyHandlers.discarding());
            return answer.statusCode() == 200;
        });
        return url;
    }

    private Path hostilePosts() throws Exception {
        List<String> texts = List.of(
                "#written <script>alert(1)</script> <img src=x onerror=alert(2)>",
                "#written turned \\u202ethis way\\u0000 round",
                "\\\"><svg onload=alert(3)> javascript:alert(4)",
                "a".repeat(90_000),
                "a".repeat(1_000_000),
                "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 z" + "\u0336".repeat(500));
        String now = DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss Z yyyy", Locale.ROOT)
                .format(Instant.now().atOffset(ZoneOffset.UTC));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            String hashtag = i % 2 == 0 ? "<img src=x onerror=alert(1)>" : "\\u202egat\\u0000";
            lines.add("""
                    {"id_str": "%d", "id": %d, "created_at": "%s", "text": "%s", "lang": "en", "source": "<b>app</b>",
                     "user": {"id_str": "7", "screen_name": "<i>x</i>", "name": "\\u202eeman", "followers_count": 1},
                     "entities": {"hashtags": [{"text": "written", "indices": [0, 8]}, {"text": "%s", "indices": [9, 10]}], "urls": [], "user_mentions": [], "symbols": []}}""".formatted(1_000_000 + i, 1_000_000 + i, now, texts.get(i % (i < 100 ? 6 : 3)), hashtag)
                    .replace("\n", " "));
        }
        return Files.write(folder.resolve("hostile.jsonl"), lines);
    }

    private static LocatorAssertions.HasTextOptions within() {
        return new LocatorAssertions.HasTextOptions().setTimeout(BOUND_MILLIS);
    }

    private static LocatorAssertions.ContainsTextOptions containsWithin() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(BOUND_MILLIS);
    }

    private static LocatorAssertions.IsVisibleOptions visibleWithin() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(BOUND_MILLIS);
    }

    private static LocatorAssertions.IsHiddenOptions hiddenWithin() {
        return new LocatorAssertions.IsHiddenOptions().setTimeout(BOUND_MILLIS);
    }
}
