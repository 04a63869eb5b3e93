package io.tweetlake.ingest.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tweetlake.ingest.source.XRules.Rule;
import io.tweetlake.runtime.config.InvalidConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the filtered stream's rules as a file says, which may change at any time: only what differs is added and
 * deleted, after X has validated the new rules in a dry run, and the stream goes on. Rules with a tag that the file
 * does not name belong to somebody else and stay. Thread-safe.
 *
 * <p>Source: docs.x.com, "Filtered stream", rules endpoint.
 */
public final class XRuleKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(XRuleKeeper.class);
    private static final String PATH = "/2/tweets/search/stream/rules";
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PAGE = 1_000;
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(60);

    private final XApi api;
    private final Optional<Path> file;
    private final String defaults;
    private final String suffix;
    private final Thread watcher = new Thread(this::watch, "x-rules");
    private final Duration tryAgain;
    private volatile boolean closed;

    /** Whether X's rules are not what they should be yet. */
    private volatile boolean behind;

    private volatile XRules wanted;
    private volatile boolean sample;
    private volatile boolean sampled;
    private String seen;
    private Set<String> tagsOnceOurs = new TreeSet<>();

    /**
     * Reads the rules.
     *
     * @param file what a person edits; without it the defaults are
     * @param defaults in the file's format
     * @param suffix added to each of the default rules
     * @param scale of all waits
     * @throws InvalidConfigException naming every problem of the file
     */
    public XRuleKeeper(XApi api, Optional<Path> file, String defaults, String suffix, double scale) {
        this.tryAgain = ConnectionPolicy.scaled(TRY_AGAIN, scale);
        this.api = api;
        this.file = file;
        this.defaults = defaults;
        this.suffix = suffix;
        this.seen = firstText();
        this.wanted = parse(seen);
        watcher.setDaemon(true);
    }

    /**
     * Brings X's rules to what the file says, and follows the file from now on. Where X cannot be reached or refuses,
     * it is tried again later: the rules that X has stay in force as long.
     *
     * @throws InvalidConfigException naming every rule that X finds wrong
     */
    public void start() throws InterruptedException {
        try {
            reconcile(wanted);
        } catch (IOException e) {
            log.error("the stream's rules stay as they are for now: {}", e.getMessage());
            behind = true;
        }
        watcher.start();
    }

    /** The rules in force as queries of the search, by tag. */
    Map<String, List<String>> queries() {
        Map<String, List<String>> queries = new LinkedHashMap<>();
        wanted.byTag().forEach((tag, lines) -> queries.put(tag, List.copyOf(lines.keySet())));
        return queries;
    }

    /** Takes only a tenth of what the rules match from now on, or all of it again; the rules change soon after. */
    public void sample(boolean tenth) {
        sample = tenth;
    }

    private String firstText() {
        try {
            return text();
        } catch (UncheckedIOException e) {
            throw new InvalidConfigException(List.of(e.getMessage() + " (ingest.x.rules-file)"));
        }
    }

    private String text() {
        try {
            return file.isPresent() ? Files.readString(file.get()) : defaults;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the rules in " + file.orElseThrow(), e);
        }
    }

    private XRules parse(String text) {
        return file.isPresent()
                ? XRules.parse(file.get().toString(), text, "")
                : XRules.parse("the default rules", text, suffix);
    }

    private void watch() {
        Duration pause = behind ? tryAgain : LOOK_INTERVAL;
        while (!closed) {
            String text = seen;
            try {
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
                pause = LOOK_INTERVAL;
                text = text();
                if (behind || !text.equals(seen) || sample != sampled) {
                    reconcile(parse(text));
                    seen = text;
                    behind = false;
                }
            } catch (InvalidConfigException e) {
                e.problems().forEach(problem -> log.error("the rules stay as they are: {}", problem));
                // What was wrong once is not told every second; another text is tried.
                seen = text;
                sampled = sample;
                behind = false;
            } catch (IOException | RuntimeException e) {
                log.error("the stream's rules stay as they are for now: {}", e.getMessage());
                pause = tryAgain;
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void reconcile(XRules rules) throws IOException, InterruptedException {
        boolean tenth = sample;
        XRules effective = tenth ? rules.with("sample:10") : rules;
        Map<String, Rule> existing = existing();
        Set<String> ours = new TreeSet<>(effective.tags());
        ours.addAll(tagsOnceOurs);
        List<Rule> missing = effective.rules().stream()
                .filter(rule -> !existing.containsValue(rule))
                .toList();
        List<String> surplus = existing.entrySet().stream()
                .filter(entry -> ours.contains(entry.getValue().tag())
                        && !effective.rules().contains(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        long foreign = existing.values().stream()
                .filter(rule -> !ours.contains(rule.tag()))
                .count();
        if (foreign > 0) {
            log.warn("{} rules of the stream have tags that are not in {} and stay", foreign, origin());
        }
        if (!missing.isEmpty()) {
            add(missing, effective, true);
            add(missing, effective, false);
        }
        if (!surplus.isEmpty()) {
            delete(surplus);
        }
        tagsOnceOurs = effective.tags();
        wanted = rules;
        sampled = tenth;
        log.info(
                "the stream's rules are those of {}: {} added, {} deleted, {} unchanged",
                origin(),
                missing.size(),
                surplus.size(),
                effective.rules().size() - missing.size());
    }

    private String origin() {
        return file.map(Path::toString).orElse("Tweetlake's defaults");
    }

    private Map<String, Rule> existing() throws IOException, InterruptedException {
        Map<String, Rule> rules = new LinkedHashMap<>();
        String token = null;
        do {
            Map<String, String> query = new LinkedHashMap<>(Map.of("max_results", String.valueOf(PAGE)));
            if (token != null) {
                query.put("pagination_token", token);
            }
            JsonNode page = checked(api.get(PATH, query)).json();
            for (JsonNode rule : page.path("data")) {
                rules.put(
                        rule.path("id").asText(),
                        new Rule(rule.path("tag").asText(""), rule.path("value").asText()));
            }
            token = page.path("meta").path("next_token").textValue();
        } while (token != null);
        return rules;
    }

    private void add(List<Rule> rules, XRules from, boolean dryRun) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode list = body.putArray("add");
        rules.forEach(rule -> list.addObject().put("value", rule.query()).put("tag", rule.tag()));
        XApi.Response response = api.post(PATH, dryRun ? Map.of("dry_run", "true") : Map.of(), body);
        List<String> problems = problems(response, rules, from);
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        checked(response);
    }

    private List<String> problems(XApi.Response response, List<Rule> rules, XRules from) throws IOException {
        List<String> problems = new ArrayList<>();
        if (response.answer().status() / 100 == 2 || response.answer().status() == 400) {
            for (JsonNode error : response.json().path("errors")) {
                String value = error.path("value").asText("");
                int line = rules.stream()
                        .filter(rule -> rule.query().equals(value))
                        .mapToInt(from::line)
                        .findFirst()
                        .orElse(0);
                String why = error.path("details")
                        .path(0)
                        .asText(error.path("detail").asText(error.path("title").asText()));
                problems.add("%s%s: X refuses the rule %s: %s"
                        .formatted(origin(), line > 0 ? ", line " + line : "", value, why));
            }
        }
        return problems;
    }

    private void delete(List<String> ids) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode();
        ids.forEach(body.putObject("delete").putArray("ids")::add);
        checked(api.post(PATH, Map.of(), body));
    }

    private static XApi.Response checked(XApi.Response response) throws IOException {
        if (response.answer().status() / 100 != 2) {
            throw new IOException(
                    "the rules of the stream: " + response.answer().says());
        }
        return response;
    }

    @Override
    public void close() {
        closed = true;
        watcher.interrupt();
    }
}
