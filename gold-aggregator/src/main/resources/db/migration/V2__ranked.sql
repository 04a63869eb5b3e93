-- What ranks a window is in its index: to find what rises, a window and those before it are read without their rows, but for those of the last hours.
-- Each index is made before the one in its place goes, so that readers go on meanwhile.
CREATE INDEX hashtag_counts_ranking ON hashtag_counts (window_seconds, window_start, mentions DESC, hashtag)
    INCLUDE (tier, lang, scopes);
CREATE INDEX entity_counts_ranking ON entity_counts (window_seconds, window_start, mentions DESC, entity_key)
    INCLUDE (type, tier, lang, scopes);
DROP INDEX hashtag_counts_ranked;
DROP INDEX entity_counts_ranked;
