package io.tweetlake.model;

/** Whatever a stream can deliver: a post, or a notice about the stream or about posts. */
public sealed interface StreamMessage permits PostMessage, Notice {}
