package io.tweetlake.runtime;

import java.lang.reflect.Proxy;

/**
 * Signals as a request to stop. The JVM's own way starts every library's shutdown hook at once, under the feet of a
 * process that drains, and exits 143.
 */
public final class Signals {
    private Signals() {}

    /**
     * Runs an action at each SIGTERM and SIGINT, in place of the JVM's shutdown. The JDK's interface for it is called
     * by reflection, because it is supported (module {@code jdk.unsupported}) and yet cannot be compiled without a
     * warning.
     */
    public static void onStop(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            for (String name : new String[] {"TERM", "INT"}) {
                Object received = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, received, proxy);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no signal handling", e);
        }
    }
}
