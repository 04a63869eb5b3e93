package io.tweetlake.model;

/**
 * How far ingest has read an input that can be read again, committed in the transaction of the records up to there.
 *
 * @param input the input's name, stable between runs
 * @param line lines read
 * @param complete whether its end was reached
 */
public record SourcePosition(String input, long line, boolean complete) {}
