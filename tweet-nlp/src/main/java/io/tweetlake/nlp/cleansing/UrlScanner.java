package io.tweetlake.nlp.cleansing;

import com.twitter.twittertext.TldLists;
import java.net.IDN;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds the URLs of a text, with or without protocol, by the platform's rules, in time linear in the text: a host name
 * is read no further than it may be long. Stateless and thread-safe.
 *
 * <p>The rules are those of twitter-text's {@code Regex.VALID_URL} and {@code Extractor.extractURLsWithIndices}
 * (github.com/twitter/twitter-text, conformance 3.1.0), whose regular expression is quadratic in the number of labels.
 * One thing differs: a host name of over 255 characters, which no name server knows, is none.
 */
final class UrlScanner {
    private static final int MAX_URL = 4_096;
    private static final int MAX_HOST = 255;
    private static final int MAX_LABEL = 63;
    private static final int MAX_TCO_SLUG = 40;
    private static final String TCO = "t.co/";
    private static final String PUNYCODE = "xn--";
    private static final String PUNCTUATION = "-_!\"#$%&'()*+,./:;<=>?@[]^`{|}~";

    private static final Set<String> TOP_LEVEL = new HashSet<>();
    private static final int LONGEST_TOP_LEVEL;

    /** What top-level domains begin with: few letters beyond ASCII do. */
    private static final BitSet FIRST_OF_TOP_LEVEL = new BitSet();

    static {
        TldLists.GTLDS.forEach(domain -> TOP_LEVEL.add(domain.toLowerCase(Locale.ROOT)));
        TldLists.CTLDS.forEach(domain -> TOP_LEVEL.add(domain.toLowerCase(Locale.ROOT)));
        TOP_LEVEL.forEach(domain -> FIRST_OF_TOP_LEVEL.set(domain.charAt(0)));
        LONGEST_TOP_LEVEL = TOP_LEVEL.stream().mapToInt(String::length).max().orElseThrow();
    }

    private final String text;

    /** Where a start that failed says that the next one may be. */
    private int resume;

    private UrlScanner(String text) {
        this.text = text;
    }

    /** From a code unit to another. */
    record Url(int start, int end) {}

    /** All URLs, in order, up to so many. */
    static List<Url> find(String text, int max) {
        return new UrlScanner(text).find(max);
    }

    /** Where the URL ends that begins with a protocol at a place; -1 if none does. */
    static int end(String text, int start) {
        UrlScanner scanner = new UrlScanner(text);
        int host = scanner.protocolEnd(start);
        if (host < 0) {
            return -1;
        }
        int domain = scanner.domain(host, true);
        return domain < 0 ? -1 : scanner.behindDomain(domain);
    }

    private List<Url> find(int max) {
        List<Url> urls = new ArrayList<>();
        int start = 0;
        while (start < text.length() && urls.size() < max) {
            if (!mayStart(start)) {
                start++;
                continue;
            }
            int host = protocolEnd(start);
            int domain = host < 0 ? -1 : domain(host, true);
            boolean hasProtocol = domain >= 0;
            if (!hasProtocol) {
                host = start;
                domain = domain(start, false);
            }
            if (domain < 0) {
                start = Math.max(start + 1, resume);
                continue;
            }
            int end = behindDomain(domain);
            int valid = hasProtocol || start == 0 || "-_./".indexOf(text.charAt(start - 1)) < 0
                    ? validEnd(start, host, domain, end)
                    : -1;
            if (valid >= 0) {
                urls.add(new Url(start, valid));
            }
            // The character before a URL is no part of the one before it.
            start = end + 1;
        }
        return urls;
    }

    private boolean mayStart(int at) {
        if (!isHostCharacter(text.charAt(at)) && protocolEnd(at) < 0) {
            return false;
        }
        if (at == 0) {
            return true;
        }
        char before = text.charAt(at - 1);
        return !isAsciiLetterOrDigit(before)
                && before != '@'
                && before != '\uff20'
                && before != '$'
                && before != '#'
                && before != '\uff03'
                && before != '\ufffe'
                && before != '\ufeff'
                && before != '\uffff';
    }

    private int protocolEnd(int at) {
        if (text.regionMatches(true, at, "http://", 0, 7)) {
            return at + 7;
        }
        return text.regionMatches(true, at, "https://", 0, 8) ? at + 8 : -1;
    }

    /** Where the longest host name ends that begins at a place; -1 if none does. */
    private int domain(int from, boolean hasProtocol) {
        int end = -1;
        int label = from;
        resume = from;
        // A longer one is no host: without the bound, what follows a short one would be read again and again.
        while (label - from <= MAX_HOST && label < text.length() && isHostCharacter(text.charAt(label))) {
            int dot = label;
            boolean underscored = false;
            while (dot < text.length() && isLabelCharacter(text.charAt(dot))) {
                underscored |= text.charAt(dot) == '_';
                dot++;
            }
            resume = dot;
            if (dot == text.length() || text.charAt(dot) != '.' || !isHostCharacter(text.charAt(dot - 1))) {
                break;
            }
            int top = underscored ? -1 : topLevelEnd(dot + 1);
            end = top < 0 ? end : top;
            label = dot + 1;
        }
        return end < 0 && hasProtocol ? unicodeDomain(from) : end;
    }

    /** With a protocol, one label of any letters will do. */
    private int unicodeDomain(int from) {
        int dot = from;
        int last = 0;
        while (dot < text.length()) {
            int point = text.codePointAt(dot);
            if (point != '-' && !isUnicodeHostCharacter(point)) {
                break;
            }
            last = point;
            dot += Character.charCount(point);
        }
        boolean isLabel = dot > from && text.charAt(from) != '-' && last != '-';
        return isLabel && dot < text.length() && text.charAt(dot) == '.' ? topLevelEnd(dot + 1) : -1;
    }

    private int topLevelEnd(int from) {
        int run = from;
        while (run < text.length() && (isAsciiLetterOrDigit(text.charAt(run)) || text.charAt(run) == '-')) {
            run++;
        }
        if (text.regionMatches(true, from, PUNYCODE, 0, PUNYCODE.length()) && run > from + PUNYCODE.length()) {
            return run;
        }
        if (run > from && (run == text.length() || text.charAt(run) < 0x80 || isTopLevel(from, run))) {
            return endsTopLevel(run) && isTopLevel(from, run) ? run : -1;
        }
        boolean mayBegin = from < text.length() && FIRST_OF_TOP_LEVEL.get(Character.toLowerCase(text.charAt(from)));
        for (int end = Math.min(text.length(), from + LONGEST_TOP_LEVEL); mayBegin && end > from; end--) {
            if (endsTopLevel(end) && isTopLevel(from, end)) {
                return end;
            }
        }
        return -1;
    }

    private boolean isTopLevel(int from, int to) {
        return to - from <= LONGEST_TOP_LEVEL
                && TOP_LEVEL.contains(text.substring(from, to).toLowerCase(Locale.ROOT));
    }

    private boolean endsTopLevel(int at) {
        if (at == text.length()) {
            return true;
        }
        char next = text.charAt(at);
        return !isAsciiLetterOrDigit(next) && next != '@' && next != '+' && next != '-';
    }

    /** Behind port, path and query. */
    private int behindDomain(int domain) {
        int end = domain;
        if (end < text.length() && text.charAt(end) == ':') {
            int port = end + 1;
            while (port < text.length() && isDigit(text.charAt(port))) {
                port++;
            }
            end = port > end + 1 ? port : end;
        }
        if (end < text.length() && text.charAt(end) == '/') {
            end = pathEnd(end + 1);
        }
        if (end < text.length() && text.charAt(end) == '?') {
            end = queryEnd(end);
        }
        return end;
    }

    /** Behind the last character that may end a path, before one that may not be in it. */
    private int pathEnd(int from) {
        int good = from;
        int at = from;
        while (at < text.length()) {
            char character = text.charAt(at);
            if (isPathCharacter(character)) {
                at++;
                good = isPathEnding(character) ? at : good;
            } else {
                int close = character == '(' ? parenthesesEnd(at) : -1;
                if (close < 0) {
                    break;
                }
                at = close;
                good = close;
            }
        }
        return good;
    }

    /** Behind parentheses that hold something, and at most one pair more; -1 if these are none. */
    private int parenthesesEnd(int open) {
        int inner = pathRun(open + 1);
        if (inner < text.length() && text.charAt(inner) == '(') {
            int innermost = pathRun(inner + 1);
            if (innermost == inner + 1 || innermost == text.length() || text.charAt(innermost) != ')') {
                return -1;
            }
            inner = pathRun(innermost + 1);
        } else if (inner == open + 1) {
            return -1;
        }
        return inner < text.length() && text.charAt(inner) == ')' ? inner + 1 : -1;
    }

    private int pathRun(int from) {
        int at = from;
        while (at < text.length() && isPathCharacter(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private int queryEnd(int mark) {
        int good = mark;
        for (int at = mark + 1; at < text.length(); at++) {
            char character = text.charAt(at);
            if (isAsciiLetterOrDigit(character) || "-_&=#/".indexOf(character) >= 0) {
                good = at + 1;
            } else if ("!?*'();:+$%[].,~|@".indexOf(character) < 0) {
                break;
            }
        }
        return good;
    }

    /** Where it ends after all, or -1 if it is too long or its host is no name. */
    private int validEnd(int start, int host, int domain, int end) {
        int last = end;
        boolean isTco = host > start && text.regionMatches(true, host, TCO, 0, TCO.length());
        if (isTco) {
            int slug = host + TCO.length();
            int behind = slug;
            while (behind < end && isAsciiLetterOrDigit(text.charAt(behind))) {
                behind++;
            }
            if (behind - slug > MAX_TCO_SLUG) {
                return -1;
            }
            if (behind > slug) {
                last = behind < text.length() && text.charAt(behind) == '?' ? queryEnd(behind) : behind;
            }
        }
        int hostLength = hostLength(text.substring(host, Math.min(domain, host + MAX_HOST + 1)));
        int length = last - start - (domain - host) + hostLength + (host > start ? 0 : "https://".length());
        return hostLength > 0 && length <= MAX_URL ? last : -1;
    }

    /** As name servers know it, RFC 3490; 0 if it is none. */
    private static int hostLength(String host) {
        if (host.length() > MAX_HOST) {
            return 0;
        }
        if (host.chars().allMatch(character -> character < 0x80)) {
            int label = 0;
            for (int i = 0; i < host.length(); i++) {
                label = host.charAt(i) == '.' ? 0 : label + 1;
                if (label > MAX_LABEL) {
                    return 0;
                }
            }
            return host.length();
        }
        try {
            return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).length();
        } catch (IllegalArgumentException | IndexOutOfBoundsException notAHost) {
            return 0;
        }
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private static boolean isAsciiLetterOrDigit(char character) {
        return isDigit(character) || (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
    }

    private static boolean isHostCharacter(char character) {
        return isAsciiLetterOrDigit(character) || isAccented(character);
    }

    private static boolean isLabelCharacter(char character) {
        return isHostCharacter(character) || character == '-' || character == '_';
    }

    /** Latin letters beyond ASCII, and what stands on them. */
    private static boolean isAccented(char character) {
        if (character < 0xc0) {
            return false;
        }
        return (character <= 0x24f && character != 0xd7 && character != 0xf7)
                || "\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb".indexOf(character)
                        >= 0
                || (character >= 0x300 && character <= 0x36f)
                || (character >= 0x1e00 && character <= 0x1eff);
    }

    private static boolean isUnicodeHostCharacter(int point) {
        if (point < 0x80) {
            boolean isSpace = point == ' ' || (point >= '\t' && point <= '\r');
            return !isSpace && PUNCTUATION.indexOf(point) < 0;
        }
        int type = Character.getType(point);
        return type != Character.SPACE_SEPARATOR
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && (point < 0x2000 || point > 0x206f);
    }

    private static boolean isCyrillic(char character) {
        return character >= 0x400 && character <= 0x4ff;
    }

    private static boolean isPathCharacter(char character) {
        return isAsciiLetterOrDigit(character)
                || "!*';:=+,.$/%#[]-\u2013_~|&@".indexOf(character) >= 0
                || isAccented(character)
                || isCyrillic(character);
    }

    private static boolean isPathEnding(char character) {
        return isAsciiLetterOrDigit(character)
                || "=_#/-+".indexOf(character) >= 0
                || isAccented(character)
                || isCyrillic(character);
    }
}
