package io.tweetlake.model;

import java.util.List;

/**
 * A delivered post, whose id is known; the rest is read on demand.
 *
 * <p>Immutable and thread-safe.
 */
public final class PostMessage implements StreamMessage {
    private final WirePost wire;
    private final String id;
    private final boolean isWhole;

    PostMessage(WirePost wire, String id) {
        this(wire, id, true);
    }

    private PostMessage(WirePost wire, String id, boolean isWhole) {
        this.wire = wire;
        this.id = id;
        this.isWhole = isWhole;
    }

    /** The same, of which only what routes it was read. */
    PostMessage forRouting() {
        return new PostMessage(wire, id, false);
    }

    public String id() {
        return id;
    }

    /** The id of its first version, as far as the delivery says: what all versions of a post have in common. */
    public String rootId() {
        return wire.rootId(id);
    }

    /** The platform. */
    public String source() {
        return wire.source();
    }

    /** The tags (ids where there is no tag) of the stream rules that the post matched. */
    public List<String> matchedRules() {
        return wire.matchedRules();
    }

    /** The wire format that it came in, such as {@code v1-extended} or {@code v2-post}. */
    public String variant() {
        return wire.variant();
    }

    /** The full text as delivered, empty if there is none: enough to match keywords. */
    public String text() {
        String text = wire.text();
        return text == null ? "" : text;
    }

    /**
     * The whole post.
     *
     * @throws MalformedMessageException if it has no text or no creation time
     * @throws IllegalStateException if only what routes it was read
     */
    public Post post() throws MalformedMessageException {
        if (!isWhole) {
            throw new IllegalStateException("the post was read for routing only");
        }
        return wire.post(id);
    }
}
