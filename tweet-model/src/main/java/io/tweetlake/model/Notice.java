package io.tweetlake.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a stream delivers that is not a post, of every platform in one shape. What the delivery leaves out is null.
 *
 * <table>
 * <caption>Kinds</caption>
 * <tr><td>{@code delete}</td><td>a post was deleted for good; it may come before the post</td></tr>
 * <tr><td>{@code drop}, {@code undrop}</td><td>a post may not be shown, and may again</td></tr>
 * <tr><td>{@code edit}</td><td>a post has a new version, {@code postId}</td></tr>
 * <tr><td>{@code scrub_geo}</td><td>the location of a user's posts up to {@code upToPostId} must be forgotten</td></tr>
 * <tr><td>{@code withheld}</td><td>a post, or all of a user if there is no post, may not be shown in {@code countries}
 * </td></tr>
 * <tr><td>{@code account}</td><td>an account is {@code active} again or no longer; {@code reason} says how: deleted,
 * suspended, protected …</td></tr>
 * <tr><td>{@code limit}</td><td>so many posts matched and were not delivered, since the connection was made</td></tr>
 * <tr><td>{@code disconnect}, {@code errors}</td><td>the server says why it will close the connection</td></tr>
 * </table>
 *
 * Any other kind is kept under the platform's own word: platforms add kinds without one.
 *
 * @param source the platform
 * @param nativeId the post's id where the platform's notices name it by another one than its posts
 * @param countries codes as delivered
 * @param eventAt when it happened, as the platform says
 */
public record Notice(
        String source,
        String kind,
        @Nullable String postId,
        @Nullable String nativeId,
        @Nullable String userId,
        @Nullable String upToPostId,
        List<String> countries,
        @Nullable Boolean active,
        @Nullable String reason,
        @Nullable Long undelivered,
        @Nullable Instant eventAt)
        implements StreamMessage {

    public static final String DELETE = "delete";
    public static final String DROP = "drop";
    public static final String UNDROP = "undrop";
    public static final String EDIT = "edit";
    public static final String SCRUB_GEO = "scrub_geo";
    public static final String WITHHELD = "withheld";
    public static final String ACCOUNT = "account";
    public static final String LIMIT = "limit";
    public static final String DISCONNECT = "disconnect";
    public static final String ERRORS = "errors";

    private static final Set<String> KINDS =
            Set.of(DELETE, DROP, UNDROP, EDIT, SCRUB_GEO, WITHHELD, ACCOUNT, LIMIT, DISCONNECT, ERRORS);

    public Notice {
        countries = List.copyOf(countries);
    }

    /** Whether its kind is one of those above; an object that nothing is known of has the name of its first field. */
    @JsonIgnore
    public boolean isKnown() {
        return KINDS.contains(kind);
    }

    /** A notice that says no more than its kind. */
    static Notice of(String source, String kind) {
        return new Draft(source, kind).notice();
    }

    /** A notice that is being read. */
    static final class Draft {
        private final String source;
        private final String kind;

        @Nullable
        String postId;

        @Nullable
        String nativeId;

        @Nullable
        String userId;

        @Nullable
        String upToPostId;

        List<String> countries = List.of();

        @Nullable
        Boolean active;

        @Nullable
        String reason;

        @Nullable
        Long undelivered;

        @Nullable
        Instant eventAt;

        Draft(String source, String kind) {
            this.source = source;
            this.kind = kind;
        }

        Notice notice() {
            return new Notice(
                    source,
                    kind,
                    postId,
                    nativeId,
                    userId,
                    upToPostId,
                    countries,
                    active,
                    reason,
                    undelivered,
                    eventAt);
        }
    }
}
