package io.tweetlake.runtime.config;

import java.util.regex.Pattern;

/**
 * The environment variables by which an orchestrator tells every container of every service: they are no settings, also
 * where a service is called as a setting begins. Stateless.
 *
 * <p>Source: Kubernetes, "Service", section "Environment variables".
 */
final class ServiceLinks {
    private static final Pattern NAME =
            Pattern.compile(".+_SERVICE_(HOST|PORT)(_.+)?|.+_PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");
    private static final Pattern PORT = Pattern.compile(".+_PORT");
    private static final Pattern ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

    private ServiceLinks() {}

    /** Whether a variable is one: by its name, or by an address that no port of ours looks like. */
    static boolean isOne(String name, String value) {
        return NAME.matcher(name).matches()
                || (PORT.matcher(name).matches() && ADDRESS.matcher(value).matches());
    }
}
