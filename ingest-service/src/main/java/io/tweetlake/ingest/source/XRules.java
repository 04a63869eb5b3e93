package io.tweetlake.ingest.source;

import io.tweetlake.runtime.config.InvalidConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules of the filtered stream as a person writes them: {@code [tag]}, then one query a line in X's syntax;
 * {@code //} starts a comment. The tag decides the topic: {@code ai}, or anything else.
 *
 * @param byTag the queries of each tag, with the line that each stands in
 */
public record XRules(Map<String, Map<String, Integer>> byTag) {

    /** A rule of the stream. */
    public record Rule(String tag, String query) {}

    /**
     * Reads them.
     *
     * @param suffix added to every query, such as {@code lang:en}; may be empty
     * @throws InvalidConfigException naming every problem with its line
     */
    static XRules parse(String name, String text, String suffix) {
        Map<String, Map<String, Integer>> byTag = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        Map<String, Integer> section = null;
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("//")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                String tag = line.substring(1, line.length() - 1).strip();
                if (tag.isEmpty()) {
                    problems.add("%s, line %d: a tag has no name".formatted(name, number));
                }
                section = byTag.computeIfAbsent(tag, unseen -> new LinkedHashMap<>());
            } else if (section == null) {
                problems.add("%s, line %d: a query stands before the first [tag]".formatted(name, number));
            } else if (section.putIfAbsent(suffix.isEmpty() ? line : line + " " + suffix, number) != null) {
                problems.add("%s, line %d: this query stands there twice".formatted(name, number));
            }
        }
        if (byTag.values().stream().allMatch(Map::isEmpty) && problems.isEmpty()) {
            problems.add(name + " holds no query");
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        return new XRules(byTag);
    }

    /** Rules that find any of some terms, as few as their length allows. */
    public static String anyOf(String tag, List<String> terms, int maxLength) {
        StringBuilder text = new StringBuilder("[" + tag + "]\n");
        List<String> group = new ArrayList<>();
        int length = 2;
        for (String term : terms) {
            String word = term.contains(" ") ? '"' + term + '"' : term;
            if (!group.isEmpty() && length + word.length() > maxLength) {
                text.append('(').append(String.join(" OR ", group)).append(")\n");
                group.clear();
                length = 2;
            }
            group.add(word);
            length += word.length() + " OR ".length();
        }
        return text.append('(').append(String.join(" OR ", group)).append(")\n").toString();
    }

    List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        byTag.forEach((tag, queries) -> queries.keySet().forEach(query -> rules.add(new Rule(tag, query))));
        return rules;
    }

    Set<String> tags() {
        return new TreeSet<>(byTag.keySet());
    }

    /** Where a query stands, 0 if it does not. */
    int line(Rule rule) {
        return byTag.getOrDefault(rule.tag, Map.of()).getOrDefault(rule.query, 0);
    }

    /** The same rules with something added to every query. */
    XRules with(String operator) {
        Map<String, Map<String, Integer>> changed = new LinkedHashMap<>();
        byTag.forEach((tag, queries) -> {
            Map<String, Integer> longer = new LinkedHashMap<>();
            queries.forEach((query, line) -> longer.put("(" + query + ") " + operator, line));
            changed.put(tag, longer);
        });
        return new XRules(changed);
    }
}
