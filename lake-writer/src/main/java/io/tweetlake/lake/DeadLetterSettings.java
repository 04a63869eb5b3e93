package io.tweetlake.lake;

import java.io.Serializable;
import java.util.Map;

/**
 * Where dead letters go.
 *
 * @param topic of this service's
 * @param kafka the clients' settings
 */
record DeadLetterSettings(String topic, Map<String, String> kafka) implements Serializable {}
