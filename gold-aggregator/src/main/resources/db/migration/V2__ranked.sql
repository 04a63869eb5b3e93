-- What ranks a window is in its index: to find what rises, a window and those before it are read without their rows.
DROP INDEX hashtag_counts_ranked;
CREATE INDEX hashtag_counts_ranked ON hashtag_counts (window_seconds, window_start, mentions DESC, hashtag)
    INCLUDE (tier, lang, scopes);
DROP INDEX entity_counts_ranked;
CREATE INDEX entity_counts_ranked ON entity_counts (window_seconds, window_start, mentions DESC, entity_key)
    INCLUDE (type, tier, lang, scopes);
