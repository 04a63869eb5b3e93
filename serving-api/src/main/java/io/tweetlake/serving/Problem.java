package io.tweetlake.serving;

/**
 * An answer that is not what was asked for, as a problem document.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;

    private Problem(int status, String title, String detail) {
        super(detail);
        this.status = status;
        this.title = title;
    }

    /** The document. */
    record Document(String type, String title, int status, String detail) {}

    static Problem badRequest(String detail) {
        return new Problem(400, "Bad request", detail);
    }

    static Problem tooMany(String detail) {
        return new Problem(429, "Too many requests", detail);
    }

    static Problem tooLarge(String detail) {
        return new Problem(413, "Content too large", detail);
    }

    static Problem notYet(String detail) {
        return new Problem(503, "Not available", detail);
    }

    static Problem of(int status, String title, String detail) {
        return new Problem(status, title, detail);
    }

    int status() {
        return status;
    }

    Document document() {
        return new Document("about:blank", title, status, String.valueOf(getMessage()));
    }
}
