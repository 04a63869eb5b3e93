package io.tweetlake.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A page of several posts, as X's search answers and twarc keeps it ({@code data} is a list, and {@code includes} holds
 * what any of them refers to), or as Powerstream sends it (a list).
 */
public final class ResponsePage {
    private static final JsonMapper JSON = JsonMapper.builder()
            // Numbers stay as they were written.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** X's pages have 500 posts at most. */
    private static final int MAX_POSTS = 5_000;

    /** Includes that every post refers to are written once for each. */
    private static final long MAX_BYTES = 256L * 1024 * 1024;

    private ResponsePage() {}

    /**
     * The posts of a page, each as the stream would deliver it: with those of the page's includes that it refers to.
     *
     * @return empty if it is no page of posts, or one that would become more than memory holds
     */
    public static List<byte[]> posts(byte[] page) {
        JsonNode root;
        try {
            root = JSON.readTree(page);
        } catch (IOException notJson) {
            return List.of();
        }
        List<byte[]> posts = new ArrayList<>();
        if (root.isArray()) {
            for (JsonNode post : root) {
                if (!post.isObject()) {
                    return List.of();
                }
                posts.add(post.toString().getBytes(UTF_8));
            }
            return posts;
        }
        if (root.path("data").size() > MAX_POSTS) {
            return List.of();
        }
        long bytes = 0;
        for (JsonNode post : root.path("data")) {
            if (!post.path("text").isTextual() || !post.has("id")) {
                return List.of();
            }
            ObjectNode message = JSON.createObjectNode();
            message.set("data", post);
            ObjectNode includes = includes(post, root.path("includes"));
            if (!includes.isEmpty()) {
                message.set("includes", includes);
            }
            byte[] json = message.toString().getBytes(UTF_8);
            bytes += json.length;
            if (bytes > MAX_BYTES) {
                return List.of();
            }
            posts.add(json);
        }
        return posts;
    }

    /** What a post names, what that names in turn, and so on: the author of what it repeats. */
    private static ObjectNode includes(JsonNode post, JsonNode all) {
        Set<String> names = new HashSet<>();
        collectNames(post, names);
        Set<JsonNode> kept = new HashSet<>();
        ObjectNode includes = JSON.createObjectNode();
        boolean grows = true;
        while (grows) {
            grows = false;
            for (var kind : all.properties()) {
                for (JsonNode item : kind.getValue()) {
                    if (isNamed(item, names) && kept.add(item)) {
                        ArrayNode list = includes.withArray(kind.getKey());
                        list.add(item);
                        if (item.has("text")) {
                            collectNames(item, names);
                            grows = true;
                        }
                    }
                }
            }
        }
        return includes;
    }

    private static boolean isNamed(JsonNode item, Set<String> names) {
        return names.contains(item.path("id").asText(""))
                || names.contains(item.path("media_key").asText(""))
                || names.contains("@" + item.path("username").asText(""));
    }

    /** Ids and keys are told from other words by the fields that they stand in. */
    private static void collectNames(JsonNode node, Set<String> names) {
        if (node.isObject()) {
            node.properties().forEach(field -> {
                String name = field.getKey();
                JsonNode value = field.getValue();
                if (value.isTextual() && (name.equals("id") || name.endsWith("_id") || name.equals("media_key"))) {
                    names.add(value.textValue());
                } else if (value.isTextual() && name.equals("username")) {
                    names.add("@" + value.textValue());
                } else if (name.endsWith("_keys") || name.endsWith("_ids")) {
                    value.forEach(item -> names.add(item.asText()));
                } else {
                    collectNames(value, names);
                }
            });
        } else if (node.isArray()) {
            node.forEach(item -> collectNames(item, names));
        }
    }
}
