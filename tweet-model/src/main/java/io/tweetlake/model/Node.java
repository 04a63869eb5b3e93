package io.tweetlake.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reading foreign JSON, where "null, empty and absent mean the same" and a field of the wrong type counts as absent, so
 * that no field can stop a post whose id and text are sound.
 */
final class Node {
    private Node() {}

    static @Nullable String text(JsonNode parent, String... path) {
        JsonNode node = at(parent, path);
        return node.isTextual() && !node.textValue().isEmpty() ? node.textValue() : null;
    }

    /** An id: text or a whole number. */
    static @Nullable String id(JsonNode parent, String field) {
        JsonNode text = parent.path(field + "_str");
        JsonNode node = text.isMissingNode() || text.isNull() ? parent.path(field) : text;
        if (node.isIntegralNumber()) {
            return node.asText();
        }
        return node.isTextual() && !node.textValue().isEmpty() ? node.textValue() : null;
    }

    static @Nullable Long number(JsonNode parent, String... path) {
        JsonNode node = at(parent, path);
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isTextual()) {
            try {
                return Long.valueOf(node.textValue());
            } catch (NumberFormatException notANumber) {
                return null;
            }
        }
        return null;
    }

    /** The texts of a list's items, or of a field of each; items without it are left out. */
    static List<String> texts(JsonNode list, String... path) {
        List<String> texts = new ArrayList<>(list.size());
        for (JsonNode item : list) {
            String text = text(item, path);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** The first field that is an object or a list, else a missing node: for fields that were renamed. */
    static JsonNode first(JsonNode parent, String... names) {
        for (String name : names) {
            if (parent.path(name).isContainerNode()) {
                return parent.path(name);
            }
        }
        return parent.path("");
    }

    @SafeVarargs
    static <T> @Nullable T firstNonNull(@Nullable T... candidates) {
        for (T candidate : candidates) {
            if (candidate != null) {
                return candidate;
            }
        }
        return null;
    }

    private static JsonNode at(JsonNode parent, String... path) {
        JsonNode node = parent;
        for (String name : path) {
            node = node.path(name);
        }
        return node;
    }
}
