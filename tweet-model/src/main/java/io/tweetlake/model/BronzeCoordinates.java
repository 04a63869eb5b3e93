package io.tweetlake.model;

/** Where the bytes that a silver record was made of lie. */
public record BronzeCoordinates(String topic, int partition, long offset) {}
