package io.tweetlake.sandbox;

import io.tweetlake.sandbox.infra.FreePort;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The ports of a sandbox, all moved by one offset. */
record Ports(int offset) {
    int kafka() {
        return 9092 + offset;
    }

    int hdfs() {
        return 9000 + offset;
    }

    int hdfsPage() {
        return 9870 + offset;
    }

    int postgres() {
        return 5432 + offset;
    }

    int standInX() {
        return 5010 + offset;
    }

    int dashboard() {
        return 5001 + offset;
    }

    /** Health and metrics of the services, in the order of the flow, from 0. */
    int health(int service) {
        return 8081 + offset + service;
    }

    /**
     * Checks that all are free.
     *
     * @throws UsageException naming those that are not
     */
    void requireFree(int services) {
        Map<Integer, String> needed = new LinkedHashMap<>();
        needed.put(kafka(), "Kafka");
        needed.put(hdfs(), "HDFS");
        needed.put(hdfsPage(), "HDFS page");
        needed.put(postgres(), "Postgres");
        needed.put(standInX(), "stand-in X");
        needed.put(dashboard(), "dashboard");
        for (int i = 0; i < services; i++) {
            needed.put(health(i), "health");
        }
        String taken = needed.entrySet().stream()
                .filter(port -> !FreePort.is(port.getKey()))
                .map(port -> port.getKey() + " (" + port.getValue() + ")")
                .collect(Collectors.joining(", "));
        if (!taken.isEmpty()) {
            throw new UsageException(
                    "in use: port " + taken + "; stop what uses it, or move all ports with --port-offset N");
        }
    }
}
